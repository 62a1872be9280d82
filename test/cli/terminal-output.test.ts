import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalOutput } from '../../src/cli/terminal-output.ts';

function outputThatFails(code: string, isTTY = false) {
  const write = (_chunk: unknown, _encoding: unknown, done: (error: Error) => void): void =>
    done(Object.assign(new Error(`${code}: write`), { code }));
  const stdout = Object.assign(new Writable({ write }), { isTTY });
  return terminalOutput({ stdout, stderr: process.stderr }, { color: false, logLevel: 'info' });
}

test.each([
  ['a pipe whose reader has gone', 'EPIPE', false],
  ['a terminal that was closed', 'EIO', true],
])('%s is no failure', async (_, code, isTerminal) => {
  const output = outputThatFails(code, isTerminal);
  await output.stdout('one\n');
  await output.stdout('two\n');
  expect(output.readerIsGone()).toBe(true);
});

test.each([['ENOSPC'], ['EIO'], ['EDQUOT']])('output lost to %s is a failure, said with 3', async (code) => {
  const output = outputThatFails(code);
  await expect(output.stdout('one\n')).rejects.toMatchObject({
    code: 3,
    message: `the output could not be written: ${code}: write`,
    where: 'stdout',
  });
  expect(output.readerIsGone()).toBe(false);
});

test.each([
  ['silent', []],
  ['error', ['error']],
  ['warn', ['error', 'warn']],
  ['info', ['error', 'warn', 'info']],
  ['debug', ['error', 'warn', 'info', 'debug']],
] as const)('at the level %s the log says %j, and a failure is said', (logLevel, logged) => {
  const said: string[] = [];
  const stderr = new Writable({ write: (chunk, _, done) => (said.push(String(chunk)), done()) });
  const output = terminalOutput({ stdout: process.stdout, stderr }, { color: false, logLevel });
  for (const level of ['error', 'warn', 'info', 'debug'] as const) output.log(level, `${level}\u001b`);
  output.stderr('failed\n');
  expect(said).toEqual([...logged.map((level) => `${level}\\x1b\n`), 'failed\n']);
});
