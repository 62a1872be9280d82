import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../source-tree.ts';
import { scratchFolder } from '../observe/scratch.ts';
import { nodeWords } from '../run-source.ts';

test.each([
  ['before this process began', ''],
  ['since, while Node still has its name', 'process.cwd();'],
])('a program is called although the current folder is gone %s', (_, before) => {
  const script = `
    import { mkdirSync, rmdirSync } from 'node:fs';
    import { callProgram } from './src/system/call-program.ts';
    const folder = process.argv[1];
    mkdirSync(folder);
    process.chdir(folder);
    ${before}
    rmdirSync(folder);
    const options = { deadlineMs: 60_000, signal: new AbortController().signal };
    for (const code of [0, 3]) console.log(JSON.stringify(await callProgram('sh', ['-c', \`exit \${code}\`], options)));
  `;
  const folder = join(scratchFolder(), 'gone');
  const { stdout, stderr } = spawnSync(process.execPath, nodeWords(script, folder), {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  expect({ answers: stdout.trim().split('\n'), stderr }).toEqual({
    answers: [0, 3].map((code) => JSON.stringify({ kind: 'ended', code, signal: null, stdout: '', stderr: '' })),
    stderr: '',
  });
});
