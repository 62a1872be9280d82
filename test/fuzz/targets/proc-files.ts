import { expect } from 'vitest';
import { agentFacts } from '../../../src/agents/agent-facts.ts';
import { agentNamedAs } from '../../../src/agents/agent-processes.ts';
import { parseListeners } from '../../../src/observe/tmux/server-process.ts';
import {
  parseArguments,
  parseBootId,
  parseBootTime,
  parseStat,
  parseVariable,
} from '../../../src/system/proc-files.ts';
import { expectId } from './expect-id.ts';
import type { Target } from './target.ts';

/** `/proc`: a fact that stands in the file, or none. A process writes its name and its arguments as it likes. */
export const procFiles: Target = {
  name: 'proc-files',
  seeds: [
    '812 (cla ude) R) S 1 812 812 34816 812 4194304 1 0 0 0 1 2 3 4 20 0 7 0 8123 1 2 3 4 5 6 7 8 9 10',
    'claude\0--resume\0a0000000-0000-4000-8000-000000000001\0--model\0opus\0',
    '/usr/bin/node\0/usr/bin/claude\0--session-id=a0000000-0000-4000-8000-000000000001\0--fork-session\0',
    'codex\0resume\0a0000000-0000-7000-8000-000000000001\0-c\0x=1\0',
    'agy\0--conversation\0a0000000-0000-4000-8000-000000000001\0',
    'opencode\0--session\0ses_0123456789abcdefABCDEFGHIJ\0',
    'PATH=/bin\0HOME=/home/me\0CLAUDE_CONFIG_DIR=work\0CODEX_HOME=/x\0',
    'cpu 1 2\nbtime 1782892800\nprocesses 1\n',
    'a8ca8b7e-0d2c-4c0c-8a0e-3b1b0b2f8d70\n',
    'Num RefCount Protocol Flags Type St Inode Path\n0000: 00000002 00000000 00010000 0001 01 12345 /tmp/tmux-0/default\n',
  ],
  parse: (text) => [
    parseStat(812, text),
    launchOf(text),
    parseVariable(text, 'HOME'),
    parseBootId(text),
    parseBootTime(text),
    parseListeners(text),
  ],
  check: (text) => {
    stat(text);
    stat(`812 (${text}) S 1 812 812 34816 812 4194304 1 0 0 0 1 2 3 4 20 0 7 0 8123 1 2`, text);
    launch(text);
    environment(text);
    const bootId = parseBootId(text);
    if (bootId !== null) expect(text.trim()).toBe(bootId);
    const bootedAt = parseBootTime(text);
    if (bootedAt !== null) expect(new Date(bootedAt).toISOString()).toContain('T');
    for (const { path } of parseListeners(text)) expect(text).toContain(path);
  },
};

/** @param name the name that it must tell */
function stat(text: string, name?: string): void {
  const told = parseStat(812, text);
  if (name !== undefined) expect(told).toMatchObject({ name, ppid: 1, processGroup: 812, threads: 7, start: '8123' });
  if (typeof told === 'string') return;
  const { ppid, processGroup, tty, foregroundGroup, threads, start } = told;
  for (const number of [ppid, processGroup, tty, foregroundGroup, threads])
    expect(Number.isSafeInteger(number)).toBe(true);
  expect(start).toMatch(/^\d+$/);
}

function launch(text: string): void {
  const { argv, agent, id, parent } = launchOf(text);
  expect([`${argv.join('\0')}\0`, argv.join('\0')]).toContain(text === '' ? '\0' : text);
  expectId(agent, id);
  expectId(agent, parent);
  if (id !== null) expect(argv.some((word) => word.toLowerCase().endsWith(id.toLowerCase()))).toBe(true);
}

function launchOf(text: string) {
  const process = { argv: parseArguments(text), exe: null };
  const agent = agentNamedAs(process);
  const facts = { pid: 812, ppid: 1, start: '1', startedAt: 1, processGroup: 1, foregroundGroup: 1, tty: 0 };
  const launch = agent?.launch({ ...facts, ...process, cwd: null, folders: {}, home: null });
  return { ...process, agent: agent?.facts.name ?? '', id: launch?.id ?? null, parent: launch?.parent ?? null };
}

function environment(text: string): void {
  for (const name of ['HOME', ...agentFacts.flatMap(({ setting }) => setting.variable ?? [])]) {
    const first = text.split('\0').find((line) => line.startsWith(`${name}=`));
    expect(parseVariable(text, name)).toBe(first?.slice(name.length + 1) || null);
  }
}
