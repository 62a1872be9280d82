import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { completion } from '../../src/cli/completion.ts';
import { operations } from '../../src/operations/index.ts';

describe('completion', () => {
  test.each([
    ['asm rec', 'reconcile'],
    ['asm reconcile --dry', '--dry-run'],
    ['asm monitor --level ver', 'verbose'],
    ['asm completion --reg', '--registry'],
    ['asm jobs sub', 'submit'],
    ['asm jobs submit --pro', '--prompt'],
    ['asm --log-level de', 'debug'],
    ['asm setup --client mcp', 'mcp-json'],
    // What `doctor` refuses is none of its words.
    ['asm doctor --client mcp', ''],
  ])('bash completes %j', (line, expected) => {
    const words = line.split(' ');
    const script = `${completion('bash', operations)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _agent_sessions_monitor; echo "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: `${expected}\n`, stderr: '' });
  });

  test.each(['asm --registry ', 'asm status --config ./x', 'asm explain --replay ', 'asm setup --hermes-home '])(
    'bash leaves a file to readline, which quotes it: %j',
    (line) => {
      const words = line.split(' ');
      const script = `${completion('bash', operations)}
compopt() { echo "compopt $*"; }
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _agent_sessions_monitor; echo "\${#COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
      expect({ stdout, stderr }).toEqual({ stdout: 'compopt -o default\n0\n', stderr: '' });
    },
  );

  test('fish and zsh name every command and flag', () => {
    for (const shell of ['fish', 'zsh'] as const) {
      const script = completion(shell, operations);
      for (const { name, flags } of operations) {
        expect(script).toContain(name);
        for (const flag of flags) expect(script).toContain(flag.name);
      }
    }
  });
});
