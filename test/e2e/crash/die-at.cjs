// Loaded before the program (`node --require`). It counts the program's calls that change the world: files below
// CRASH_ROOT that are written, programs that are started, sockets that are opened or written to. CRASH_AT: the call at
// which the program kills itself with SIGKILL, counted from 1; CRASH_HOW: `before` that call, `after` it, or `half` way
// through its bytes. CRASH_COUNT: the file that holds the number of calls and the time of a whole run.
//
// It also closes a gap that the program cannot close: between the last reading of the registry and the rename over it
// another writer without the lock may write, and that text would be lost. Such writers of the test hold CRASH_GATE while
// they write, and so does the rename here. If the registry changed in that moment, the program is killed there.
const fs = require('node:fs');
const childProcess = require('node:child_process');
const net = require('node:net');

const root = `${process.env.CRASH_ROOT}/`;
const { CRASH_REGISTRY: registry, CRASH_GATE: gate, CRASH_COUNT: counted, CRASH_HOW: how } = process.env;
const at = Number(process.env.CRASH_AT ?? 0);
const { openSync, closeSync, writeSync, statSync } = fs;
const { spawnSync } = childProcess;
const began = performance.now();
let count = 0;

// Only this process is to die: what it starts lives on, as after any kill.
for (const name of Object.keys(process.env))
  if (/^(NODE_OPTIONS|CRASH_(AT|HOW|COUNT))$/.test(name)) delete process.env[name];
process.env.CRASH_PARENT = String(process.pid);
if (process.env.CRASH_TELLS) writeSync(2, 'begun\n');

function die() {
  process.kill(process.pid, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Runs a call that counts. `half` carries out a part of it, where there are parts. */
function counts(call, half) {
  count += 1;
  if (count !== at) return call();
  if (how === 'half' && half !== undefined) half();
  if (how !== 'after') die();
  const answer = call();
  die();
  return answer;
}

const isOurs = (path) => typeof path === 'string' && path.startsWith(root);
const written = new Set();

let known = null;
const keyOf = () => {
  const stat = statSync(registry, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
};

fs.openSync = (path, flags = 'r', ...rest) => {
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
  const writes = typeof flags === 'string' ? /[wa+]/.test(flags) : (flags & (O_WRONLY | O_RDWR | O_CREAT)) !== 0;
  if (path === registry) known = keyOf();
  if (!writes || !isOurs(path)) {
    const file = openSync(path, flags, ...rest);
    written.delete(file);
    return file;
  }
  const file = counts(() => openSync(path, flags, ...rest));
  written.add(file);
  return file;
};

const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  if (path === registry) known = keyOf();
  return readFileSync(path, ...rest);
};

fs.writeSync = (file, data, ...rest) => {
  if (!written.has(file)) return writeSync(file, data, ...rest);
  return counts(
    () => writeSync(file, data, ...rest),
    () => writeSync(file, data.slice(0, data.length >> 1)),
  );
};

for (const name of ['fsyncSync', 'fdatasyncSync', 'ftruncateSync', 'fchmodSync', 'futimesSync', 'closeSync']) {
  const real = fs[name];
  fs[name] = (file, ...rest) => (written.has(file) ? counts(() => real(file, ...rest)) : real(file, ...rest));
}

const byPath = [
  'writeFile',
  'appendFile',
  'mkdir',
  'copyFile',
  'link',
  'symlink',
  'chmod',
  'utimes',
  'truncate',
  'unlink',
  'rm',
  'rmdir',
  'rename',
];
for (const name of byPath) {
  // The target of a link comes second.
  const pathOf = ([first, second]) => (/^(sym)?link$/.test(name) ? second : first);
  const wrap =
    (real) =>
    (...words) =>
      isOurs(pathOf(words)) ? counts(() => real(...words)) : real(...words);
  fs[`${name}Sync`] = wrap(fs[`${name}Sync`]);
  fs[name] = wrap(fs[name]);
  fs.promises[name] = wrap(fs.promises[name]);
}

const renameCounted = fs.renameSync;
fs.renameSync = (from, to) => {
  if (to !== registry) return renameCounted(from, to);
  const held = openSync(gate, 'a');
  spawnSync('flock', ['-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', held] });
  if (keyOf() !== known) die();
  try {
    return renameCounted(from, to);
  } finally {
    closeSync(held);
  }
};

for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync']) {
  const real = childProcess[name];
  childProcess[name] = (...words) => counts(() => real(...words));
}

for (const [prototype, name] of [
  [net.Socket.prototype, 'connect'],
  [net.Socket.prototype, '_writeGeneric'],
  [net.Server.prototype, 'listen'],
]) {
  const real = prototype[name];
  prototype[name] = function (...words) {
    return counts(() => real.apply(this, words));
  };
}

process.on('exit', () => {
  if (!counted) return;
  const file = openSync(counted, 'w');
  writeSync(file, JSON.stringify({ calls: count, ms: performance.now() - began }));
  closeSync(file);
});
