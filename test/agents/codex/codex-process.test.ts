import { expect, test } from 'vitest';
import { launchOf, looksLikeCodex } from '../../../src/agents/codex/codex-process.ts';

const id = '01a22494-d197-7b82-b4ee-1b3a4ad029ef';

test.each([
  [['/npm/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex'], true],
  [['codex', 'resume', id], true],
  [['/opt/codex-x86_64-unknown-linux-musl'], true],
  [['/nix/store/x/bin/.codex-wrapped'], true],
  // The script that starts it, and what it starts from its own file.
  [['node', '/npm/bin/codex'], false],
  [['codex-linux-sandbox', '--', 'bash'], false],
  [['codex-acp'], false],
  [[], false],
])('whether %j is a Codex', (argv, is) => expect(looksLikeCodex({ argv })).toBe(is));

test.each([
  ['codex', 'interactive', null],
  ['codex fix the build', 'interactive', null],
  ['codex -m gpt-5 -c model_reasoning_effort=high', 'interactive', null],
  [`codex resume ${id}`, 'interactive', id],
  [`codex --disable daemon_auto_start -m gpt-5 resume -C /w ${id} go on`, 'interactive', id],
  ['codex resume', 'interactive', null],
  ['codex resume --last', 'interactive', null],
  ['codex resume the-name-of-it', 'interactive', null],
  // The parent's.
  [`codex fork ${id}`, 'interactive', null],
  [`codex -m resume ${id}`, 'interactive', null],
  ['codex exec fix', 'headless', null],
  [`codex exec resume ${id}`, 'headless', null],
  ['codex app-server --listen unix://', 'daemon', null],
  ['codex agents', 'view', null],
  ['codex mcp list', 'view', null],
])('what was asked by %s', (line, mode, own) => {
  expect(launchOf({ argv: line.split(' ') })).toEqual({ mode, id: own, mayBegin: false, job: null });
});
