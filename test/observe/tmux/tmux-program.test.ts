import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processReader } from '../../../src/observe/process/process-reader.ts';
import { askSocket } from '../../../src/observe/tmux/tmux.ts';
import { scratchFolder } from '../scratch.ts';

function askAt(socket: string, { program = 'tmux', signal = new AbortController().signal }) {
  const look = processReader('linux', 2_000).look(signal);
  return askSocket(socket, { program, deadlineMs: 60_000 }, look, signal);
}

test('a program that is missing, is not tmux, is ended, or says half', async () => {
  const folder = scratchFolder();
  const standIn = (script: string): string => {
    const path = join(folder, 'tmux');
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return path;
  };
  const socket = join(folder, 'default');
  const said = async (program: string) => (await askAt(socket, { program })).seen;
  const answers = [
    await said('no-such-tmux'),
    await said(folder),
    await said(standIn('exit 0')),
    await said(standIn('kill -TERM $$')),
    await said(standIn('echo "access not allowed"')),
    await said(standIn('echo "usage: tmux [-2CDlNuVv]" >&2; exit 1')),
    await said(standIn('exit 2')),
  ];
  expect(answers.map((one) => JSON.stringify(one).replaceAll(folder, '~'))).toMatchInlineSnapshot(`
    [
      "{"blind":"no-such-tmux is not installed","cure":"apt-get install tmux (or: brew install tmux); if it is there: put the folder of \`command -v tmux\` into PATH"}",
      "{"blind":"~ cannot be started (EACCES)","cure":"try: ~ -V"}",
      "{"blind":"the list has no end: it is not whole","cure":"it is asked again by the next pass"}",
      "{"blind":"the tmux client was ended by SIGTERM before it had answered","cure":"try: tmux -S ~/default list-sessions"}",
      "{"blind":"access not allowed","cure":"let the owner of the server run: tmux -S ~/default server-access -a \\"<your name>\\""}",
      "{"blind":"usage: tmux [-2CDlNuVv]","cure":"install tmux 3.2 or newer"}",
      "{"blind":"tmux failed with 2 and without a word","cure":"try: tmux -S ~/default list-sessions"}",
    ]
  `);
});

test('an abort is no answer', async () => {
  expect((await askAt('/nowhere/default', { signal: AbortSignal.abort() })).seen).toEqual({
    blind: 'the observation was ended',
    cure: 'look again',
  });
});
