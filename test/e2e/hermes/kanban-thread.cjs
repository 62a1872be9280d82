// The thread of `kanban.ts`: it hands calls to the process, and its answers back, while the test waits.
const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');
const { workerData } = require('node:worker_threads');

const { python, script, env, cwd, port, answers } = workerData;
const child = spawn(python, [script], { env, cwd });
let stderr = '';
let asks = false;
/** The answer to every call once the process has ended. */
let end = null;

child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
createInterface({ input: child.stdout }).on('line', answer);
// A process that has ended reads no more: `close` tells why.
child.stdin.on('error', () => undefined);
child.once('error', ({ message }) => over(message));
child.once('close', (code, signal) => over(`${python} ended by ${signal ?? code}: ${stderr}`));
port.on('message', (call) => {
  if (call === null) return close();
  asks = true;
  if (end === null) child.stdin.write(`${call}\n`);
  else answer(end);
});

function answer(line) {
  asks = false;
  port.postMessage(line);
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
}

function over(why) {
  end ??= JSON.stringify({ code: null, stdout: '', stderr: why });
  if (asks) answer(end);
}

/** Ends the process; without it and the port this thread ends too. */
function close() {
  if (end !== null) return port.close();
  child.once('close', () => port.close());
  child.kill('SIGKILL');
}
