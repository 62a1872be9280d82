// Loaded before the program (`node --require`): its calls that write below DISK_ROOT are counted, and those that
// DISK_FAULT names fail as a sick disk lets them fail. DISK_FAULT: JSON `{ at, code, lasts }`; `at`: the first call that
// fails, counted from 1; `lasts`: so do all after it. At its end the count goes into DISK_COUNT.
const fs = require('node:fs');

const { at, code, lasts } = JSON.parse(process.env.DISK_FAULT ?? '{"at":0}');
const root = process.env.DISK_ROOT;
const { openSync, writeSync, closeSync } = fs;
const paths = new Map();
let count = 0;

function fails() {
  count += 1;
  return at > 0 && (count === at || (lasts && count > at));
}

/** Makes an error as Node makes it: that of an open file does not name the path. */
function fault(syscall, path) {
  const error = Object.assign(new Error(`${code}: made by the test, ${syscall}`), { code, syscall, errno: -1 });
  return path === undefined ? error : Object.assign(error, { path });
}

const isOurs = (path) => typeof path === 'string' && path.startsWith(root);

fs.openSync = (path, flags = 'r', ...rest) => {
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
  const writes = typeof flags === 'string' ? /[wa+]/.test(flags) : (flags & (O_WRONLY | O_RDWR | O_CREAT)) !== 0;
  if (writes && isOurs(path) && fails()) throw fault('open', path);
  const file = openSync(path, flags, ...rest);
  if (writes && isOurs(path)) paths.set(file, path);
  else paths.delete(file);
  return file;
};

/** A full disk takes a part first. */
fs.writeSync = (file, data, ...rest) => {
  if (!paths.has(file) || !fails()) return writeSync(file, data, ...rest);
  if (code === 'ENOSPC' && rest.length === 0 && data.length > 1) writeSync(file, data.slice(0, data.length >> 1));
  throw fault('write');
};

for (const name of ['fsyncSync', 'fdatasyncSync', 'ftruncateSync', 'fchmodSync', 'futimesSync']) {
  const real = fs[name];
  fs[name] = (file, ...rest) => {
    if (paths.has(file) && fails()) throw fault(name.slice(0, -4));
    return real(file, ...rest);
  };
}

const byPath = [
  'writeFileSync',
  'appendFileSync',
  'renameSync',
  'mkdirSync',
  'copyFileSync',
  'linkSync',
  'symlinkSync',
];
for (const name of [...byPath, 'chmodSync', 'utimesSync', 'truncateSync', 'unlinkSync', 'rmSync', 'rmdirSync']) {
  const real = fs[name];
  fs[name] = (path, ...rest) => {
    if ((isOurs(path) || paths.has(path)) && fails()) throw fault(name.slice(0, -4), isOurs(path) ? path : undefined);
    return real(path, ...rest);
  };
}

process.on('exit', () => {
  if (!process.env.DISK_COUNT) return;
  const file = openSync(process.env.DISK_COUNT, 'w');
  writeSync(file, String(count));
  closeSync(file);
});
