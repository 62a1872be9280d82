import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tools } from '../../src/mcp/tools.ts';
import { readFileSync } from 'node:fs';

const skill = fileURLToPath(new URL('../../skills/agent-sessions-monitor', import.meta.url));
const python = fileURLToPath(new URL('../../.hermes/0.19.0/bin/python', import.meta.url));

/** What `hermes skills install` asks before it takes a skill. */
const scan = `
import sys
from pathlib import Path
from tools.skills_guard import scan_skill
result = scan_skill(Path(sys.argv[1]), source='community')
print(result.verdict, result.findings)
`;

test("Hermes' own scanner finds nothing in the skill", () => {
  expect(execFileSync(python, ['-c', scan, skill], { encoding: 'utf8' })).toBe('safe []\n');
});

test('the skill names every tool, and every answer that a model must understand', () => {
  const text = readFileSync(`${skill}/SKILL.md`, 'utf8');
  for (const { name } of tools) expect(text).toContain(`\`${name}\``);
  for (const answer of ['no drift', 'turn ends soon', 'stopped:', 'a comment needs judgement'])
    expect(text).toContain(answer);
  for (const native of ['kanban_comment', 'kanban_block', 'kanban_complete']) expect(text).toContain(native);
});
