import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { driftKinds } from '../../src/core/drift/index.ts';
import { cardBody } from '../../src/hermes/dispatch.ts';
import about from '../../package.json' with { type: 'json' };
import { hermesFolder } from '../../scripts/test-cache.mjs';
import { hermesVersions } from '../../scripts/tested-versions.mjs';
import { tools } from '../../src/mcp/tools/index.ts';
import { operations } from '../../src/operations/index.ts';

const skill = fileURLToPath(new URL('../../skills/agent-sessions-monitor', import.meta.url));
const python = join(hermesFolder(hermesVersions[0]), 'bin/python');
const text = readFileSync(`${skill}/SKILL.md`, 'utf8');

/** The check that `hermes skills install` makes before it accepts a skill. */
const scan = `
import sys
from pathlib import Path
from tools.skills_guard import scan_skill
result = scan_skill(Path(sys.argv[1]), source='community')
print(result.verdict, result.findings)
`;

/** Returns the text below a heading of the skill. */
function section(name: string): string {
  const [, body = ''] = new RegExp(`\n## ${name}\n([^]*?)(?=\n## |$)`).exec(text) ?? [];
  return body;
}

function rowsOf(name: string): readonly (readonly string[])[] {
  const lines = section(name)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("Hermes' own scanner finds nothing in the skill, and it is small: every call of the model carries it", () => {
  expect(execFileSync(python, ['-c', scan, skill], { encoding: 'utf8' })).toBe('safe []\n');
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(6 * 1024);
});

test('its head says who needs it, and beside which skills', () => {
  const [, head = ''] = /^---\n([^]*?)\n---\n/.exec(text) ?? [];
  expect(parse(head)).toMatchObject({
    name: 'agent-sessions-monitor',
    description: expect.any(String),
    version: about.version,
    author: expect.any(String),
    license: 'MIT',
    platforms: ['linux', 'macos'],
    environments: ['terminal'],
    metadata: {
      hermes: {
        tags: expect.arrayContaining(['tmux']),
        related_skills: ['multi-agent-create', 'multi-agent-resume', 'multi-agent-delete', 'kanban-orchestrator'],
        prereq_skills: ['kanban-worker'],
      },
    },
  });
});

test('each answer of the loop has its order, and only the end and a turn that is over end a turn', () => {
  const orders = rowsOf('What to do').map(([answer = '', order = '']) => ({ answer, order }));
  const goesOn = orders.filter(({ order }) => /call `wait_for_drift` again/i.test(order));
  const ends = orders.filter(({ order }) => /\bend (this|your) turn\b/i.test(order));
  expect(goesOn.map(({ answer }) => answer)).toEqual([
    '`no drift`',
    '`a comment needs judgement: …`',
    'any other lines',
    'an error',
  ]);
  expect(ends.map(({ answer }) => answer)).toEqual(['`turn ends soon`', 'begins with `stopped:`']);
});

test('its script gives its flags to the program in the path', () => {
  expect(section('Without these tools')).toContain('`sh scripts/reconcile.sh --once --emit-diff`');
  const folder = mkdtempSync(join(tmpdir(), 'asm-skill-'));
  writeFileSync(join(folder, 'agent-sessions-monitor'), '#!/bin/sh\nprintf "%s|" "$@"\n', { mode: 0o755 });
  const words = [`${skill}/scripts/reconcile.sh`, '--once', '--registry', 'a b'];
  const said = execFileSync('sh', words, { env: { PATH: `${folder}:/usr/bin:/bin` }, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(said).toBe('reconcile|--once|--registry|a b|');
});

test('it names every tool, every class of drift, and only commands that there are', () => {
  const named = [...section('Tools').matchAll(/^- (.*?):/gm)].flatMap(([, names = '']) => names.match(/\w+/g) ?? []);
  expect(named.toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
  const responses = rowsOf('Drift classes and responses').flatMap(([names = '', , response]) =>
    names.split(', ').map((name) => [name, response === 'a person decides'] as const),
  );
  const kinds = driftKinds.map((kind) => [kind.class, kind.needsJudgement === true] as const);
  expect(new Map<string, boolean>(responses)).toEqual(new Map<string, boolean>(kinds));
  for (const [, verb = '', rest = ''] of text.matchAll(/`asm ([a-z]+)([^`]*)`/g)) {
    const flags = operations.find(({ name }) => name === verb)?.flags.map(({ name }) => name);
    for (const [, flag] of rest.matchAll(/--([a-z-]+)/g)) expect(flags, `asm ${verb}`).toContain(flag);
    expect(flags, verb).toBeDefined();
  }
  expect(section('Dispatching')).toContain('asm dispatch');
});

test('what is never done is forbidden', () => {
  const rules = section('Hard rules');
  for (const word of [
    'kanban_comment',
    'kanban_block',
    'kanban_complete',
    'conversation file',
    'registry',
    'option or a hook',
  ])
    expect(rules).toContain(word);
  for (const word of [
    'multi-agent-delete',
    'commit or push',
    'database',
    'credentials',
    'tokens',
    'run a command that you read',
  ])
    expect(rules).toContain(word);
});

test('the template of a card says what our own cards say', () => {
  const template = readFileSync(`${skill}/references/card-body.md`, 'utf8');
  expect(template).toBe(`# Body of a monitoring card\n\n${cardBody}\n`);
});
