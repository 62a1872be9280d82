import { expect, test } from 'vitest';
import { agentNamedAs } from '../../src/agents/agent-processes.ts';
import { looksLikeClaude } from '../../src/agents/claude/claude-process.ts';
import { argumentsOf, scriptOf } from '../../src/agents/program-arguments.ts';

test.each([
  [['claude', '--resume', 'x'], null, ['--resume', 'x']],
  [['node', '/npm/bin/claude', '--resume', 'x'], '/npm/bin/claude', ['--resume', 'x']],
  [['/usr/bin/node', '--max-old-space-size=8192', '--no-warnings', 'a.js', '-p'], 'a.js', ['-p']],
  [['bun', 'a.js'], 'a.js', []],
  [['node', '--interactive'], null, []],
  [['node'], null, []],
  [[], null, []],
])('%j', (argv, script, words) => {
  expect([scriptOf(argv), argumentsOf(argv)]).toEqual([script, words]);
});

test.each([
  ['node --no-warnings --enable-source-maps /npm/lib/node_modules/@anthropic-ai/claude-code/cli.js', true],
  ['node --max-old-space-size=8192 /npm/bin/claude', true],
  ['node --title=claude server.js', false],
  ['node server.js /npm/bin/claude', false],
])('is `%s` a Claude? %s', (words, isOne) => {
  expect(looksLikeClaude({ argv: words.split(' '), exe: '/usr/bin/node' })).toBe(isOne);
});

test.each([
  ['/nix/store/x/bin/.claude-wrapped --resume x', 'claude'],
  ['/nix/store/x/bin/.claude-unwrapped', 'claude'],
  ['/nix/store/x/bin/.claude-wrapped_', 'claude'],
  ['node /nix/store/x/bin/.claude-wrapped', 'claude'],
  ['/nix/store/x/bin/.agy-wrapped', 'agy'],
  ['/nix/store/x/bin/.codex-wrapped', 'codex'],
  ['/nix/store/x/bin/.opencode-wrapped', 'opencode'],
  ['/nix/store/x/bin/.claude-code-router-wrapped', undefined],
  ['.-wrapped', undefined],
])('behind a wrapper of Nix, `%s` is %s', (words, agent) => {
  expect(agentNamedAs({ argv: words.split(' '), exe: null })?.facts.name).toBe(agent);
});
