// Runs in a guest: takes commands as lines of JSON, and answers each with one line of JSON between two marks.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const say = (answer) => process.stdout.write(`\u0002${JSON.stringify(answer)}\u0003\n`);
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, words } = JSON.parse(line);
  const child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  child.on('error', ({ message }) => say({ id, code: null, stdout, stderr: message }));
  child.on('close', (code) => say({ id, code, stdout, stderr }));
});
say({ id: 0, code: 0, stdout: '', stderr: '' });
