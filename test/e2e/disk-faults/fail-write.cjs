// Loaded before the program (`node --require`): its calls that write below DISK_ROOT are counted, and some fail as a sick
// disk lets them fail. The file DISK_FAULT says which: JSON `{ at, code, lasts, of }`; `at`: the first call that fails,
// counted from 1; `lasts`: so do all after it; `of`: a pattern, other paths are not counted. It is read at each call, so
// the disk of a running monitor falls ill and recovers; a new text counts from 1 again. Each call that fails is a line in
// `<DISK_FAULT>.failed`. At its end the count goes into DISK_COUNT. A file that `fs.promises.open` opened is not followed:
// the program writes to none.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const root = process.env.DISK_ROOT;
const faults = process.env.DISK_FAULT;
const { openSync, writeSync, closeSync, readFileSync } = fs;
const paths = new Map();
let count = 0;
let text = null;
let now = { at: 0 };

function note(path, flags, line) {
  const file = openSync(path, flags);
  writeSync(file, line);
  closeSync(file);
}

/** Counts a call. Returns the error with which it fails, made as Node makes it: that of an open file names no path. */
function faultOf(syscall, path, isOpen = false) {
  const asked = readFileSync(faults, 'utf8');
  if (asked !== text) [text, now, count] = [asked, JSON.parse(asked), 0];
  const { at, code, lasts, of } = now;
  if (of !== undefined && !new RegExp(of).test(path)) return null;
  count += 1;
  if (at === 0 || !(count === at || (lasts && count > at))) return null;
  note(`${faults}.failed`, 'a', `${syscall} ${path}\n`);
  const error = Object.assign(new Error(`${code}: made by the test, ${syscall}`), { code, syscall, errno: -1 });
  return isOpen ? error : Object.assign(error, { path });
}

const isOurs = (path) => typeof path === 'string' && path.startsWith(root) && !path.startsWith(faults);

function opensToWrite(flags) {
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
  return typeof flags === 'string' ? /[wa+]/.test(flags) : (flags & (O_WRONLY | O_RDWR | O_CREAT)) !== 0;
}

fs.openSync = (path, flags = 'r', ...rest) => {
  const writes = opensToWrite(flags) && isOurs(path);
  const error = writes ? faultOf('open', path) : null;
  if (error !== null) throw error;
  const file = openSync(path, flags, ...rest);
  if (writes) paths.set(file, path);
  else paths.delete(file);
  return file;
};

/** A full disk takes a part first. */
function takePart(error, file, data) {
  if (error.code === 'ENOSPC' && data.length > 1) writeSync(file, data.slice(0, data.length >> 1));
}

fs.writeSync = (file, data, ...rest) => {
  const error = paths.has(file) ? faultOf('write', paths.get(file), true) : null;
  if (error === null) return writeSync(file, data, ...rest);
  if (rest.length === 0) takePart(error, file, data);
  throw error;
};

for (const name of ['fsync', 'fdatasync', 'ftruncate', 'fchmod', 'fchown', 'futimes']) {
  const real = fs[`${name}Sync`];
  fs[`${name}Sync`] = (file, ...rest) => {
    const error = paths.has(file) ? faultOf(name, paths.get(file), true) : null;
    if (error !== null) throw error;
    return real(file, ...rest);
  };
}

/** Returns the error of a call by path, or with an open file. A link and a copy are written where the second path says. */
function faultAt(name, first, second) {
  const path = [second, paths.get(first), first].find(isOurs);
  const error = path === undefined ? null : faultOf(name, path, paths.has(first));
  if (error === null || (name !== 'writeFile' && name !== 'appendFile')) return error;
  if (paths.has(first)) takePart(error, first, second);
  else if (error.code === 'ENOSPC') {
    const file = openSync(first, name === 'writeFile' ? 'w' : 'a', 0o600);
    takePart(error, file, second);
    closeSync(file);
  }
  return error;
}

const written = ['writeFile', 'appendFile', 'rename', 'mkdir', 'copyFile', 'link', 'symlink'];
for (const name of [...written, 'chmod', 'utimes', 'lutimes', 'truncate', 'unlink', 'rm', 'rmdir']) {
  const sync = fs[`${name}Sync`];
  fs[`${name}Sync`] = (first, ...rest) => {
    const error = faultAt(name, first, rest[0]);
    if (error !== null) throw error;
    return sync(first, ...rest);
  };
  const called = fs[name];
  fs[name] = (first, ...rest) => {
    const error = faultAt(name, first, rest[0]);
    if (error === null) called(first, ...rest);
    else process.nextTick(rest.at(-1), error);
  };
  const promised = fs.promises[name];
  fs.promises[name] = async (first, ...rest) => {
    const error = faultAt(name, first, rest[0]);
    if (error !== null) throw error;
    return promised(first, ...rest);
  };
}
syncBuiltinESMExports();

process.on('exit', () => {
  if (process.env.DISK_COUNT) note(process.env.DISK_COUNT, 'w', String(count));
});
