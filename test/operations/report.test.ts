import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { placeId } from '../../src/observe/place.ts';
import { argsHash } from '../../src/observe/reports/reports.ts';
import { report } from '../../src/operations/report.ts';
import { ownProcess } from '../../src/system/process-identity.ts';
import { readStat } from '../../src/system/proc-files.ts';
import { until } from '../e2e/private-world.ts';
import { endsWithTest, scratchFolder, start, written } from '../observe/scratch.ts';
import { answers, at, fakeContext, settings } from './fake-context.ts';

const id = '87dc548e-0000-4000-8000-000000000000';

/** What each report says of where and when it was said. */
const here = {
  host: hostname(),
  place: placeId(hostname()),
  moment: [Number(ownProcess().start), process.pid],
};

/** Hands that text over, and returns the files that are kept of it. */
async function kept(text: string | Readable, values: Record<string, string> = {}, env: Record<string, string> = {}) {
  const stateDir = scratchFolder();
  const stdin = typeof text === 'string' ? Readable.from([Buffer.from(text)]) : text;
  const context = { ...fakeContext({}).context, settings: { ...settings, stateDir }, env, stdin };
  expect(await answers(report, context, { values })).toEqual([{ json: undefined, text: '', exit: 0 }]);
  const folder = join(stateDir, 'hooks');
  try {
    return Object.fromEntries(
      readdirSync(folder).map((name): [string, unknown] => [
        name,
        JSON.parse(readFileSync(join(folder, name), 'utf8')),
      ]),
    );
  } catch {
    return null;
  }
}

async function anAgent(name: string): Promise<{ pid: number; file: string }> {
  const pid = await start('sleep', ['60'], { argv0: name });
  return { pid, file: fileOf(pid) };
}

/** Starts an agent that runs a command, which starts the script of that name as the same agent again. */
async function anAgentThatRuns(agent: string, name: string, command: string) {
  const folder = scratchFolder();
  symlinkSync('/bin/bash', join(folder, agent));
  execFileSync('mkfifo', [join(folder, 'never')]);
  const runs = `export INNER=1; exec 3<>never; ${command}; exit`;
  const waits = 'sleep 60 & echo $! > below.pid; echo $$ > inner.pid; read wait <&3';
  writeFileSync(join(folder, name), `if [ -z "$INNER" ]; then ${runs}; fi\n${waits}\n`);
  const pane = await start('bash', [`./${name}`], {
    argv0: agent,
    cwd: folder,
    env: { PATH: `${folder}:${process.env['PATH']}` },
  });
  const inner = endsWithTest(Number(await written(join(folder, 'inner.pid'))));
  const below = endsWithTest(Number(await written(join(folder, 'below.pid'))));
  await until('the program below', () => readFileSync(`/proc/${below}/cmdline`, 'utf8').startsWith('sleep\0'));
  return { pane, inner, below };
}

function fileOf(pid: number): string {
  return `${pid}-${readStat(pid)?.start}.json`;
}

test('the words of a hook of Claude are kept for the agent above, and no prompt', async () => {
  const { pid, file } = await anAgent('claude');
  const input = {
    pid,
    session_id: id,
    hook_event_name: 'SessionStart',
    source: 'clear',
    prompt: 'a secret',
    transcript_path: '/home/me/x',
  };
  const env = { TMUX: '/tmp/tmux-1000/default,7,0', TMUX_PANE: '%4', CLAUDE_CODE_ENTRYPOINT: 'cli' };
  expect(await kept(JSON.stringify(input), {}, env)).toEqual({
    [file]: {
      agent: 'claude',
      event: 'SessionStart',
      ...here,
      id,
      source: 'clear',
      tmux: '/tmp/tmux-1000/default,7,0',
      pane: '%4',
      entrypoint: 'cli',
      args: argsHash(['claude', '60']),
    },
  });
});

test('a wrapper may say what an agent does, in its own few words', async () => {
  const { pid, file } = await anAgent('opencode');
  const said = JSON.stringify({ pid, sessionID: 'ses_5f3aBc', waiting_for: 'permission prompt' });
  expect(await kept(said, { event: 'waiting' })).toMatchObject({
    [file]: { agent: 'opencode', event: 'waiting', id: 'ses_5f3aBc', waiting_for: 'permission prompt', since: at },
  });
});

test('what Codex tells of a turn is kept without its thread, which may be the one that makes the title', async () => {
  const { pid, file } = await anAgent('codex');
  const said = JSON.stringify({ pid, type: 'agent-turn-complete', 'thread-id': id, 'input-messages': ['a secret'] });
  expect(Object.keys((await kept(said)) ?? {})).toEqual([file]);
  const args = argsHash(['codex', '60']);
  expect(await kept(said)).toEqual({ [file]: { agent: 'codex', event: 'agent-turn-complete', ...here, args } });
});

test('a daemon, which works for every pane, reports for none, though the agent of one has started it', async () => {
  const folder = scratchFolder();
  // As Codex starts its own: below the agent of the pane that needs it first.
  writeFileSync(join(folder, 'app-server'), 'echo $$ > daemon.pid\nread wait <&3\n');
  execFileSync('mkfifo', [join(folder, 'never')]);
  const starts = 'exec 3<>never; (exec -a codex bash app-server); :';
  const pane = await start('bash', ['-c', starts], { argv0: 'codex', cwd: folder });
  const daemon = Number(await written(join(folder, 'daemon.pid')));
  endsWithTest(daemon);
  const said = { type: 'agent-turn-complete', 'thread-id': id };
  expect(await kept(JSON.stringify({ ...said, pid: daemon }))).toBeNull();
  expect(Object.keys((await kept(JSON.stringify({ ...said, pid: pane }))) ?? {})).toHaveLength(1);
});

test.each([
  "bash -c 'opencode run inner'",
  "bash -c 'cd . && opencode run inner'",
  "bash -c 'cd .; opencode run inner'",
  `bash -c "eval 'opencode run inner'"`,
  'bash -c \'exec sh -c "exec opencode run inner"\'',
  'opencode run inner',
])('what an agent runs for one answer reports for itself, though a shell gave it its place: %s', async (command) => {
  const { pane, inner, below } = await anAgentThatRuns('opencode', 'run', command);
  const nested = JSON.stringify({ pid: inner, id: 'ses_inner1' });
  expect(await kept(nested, { event: 'working' })).toEqual({
    [fileOf(inner)]: expect.objectContaining({ agent: 'opencode', id: 'ses_inner1' }),
  });
  expect(Object.keys((await kept(JSON.stringify({ pid: below, event: 'idle' }))) ?? {})).toEqual([fileOf(inner)]);
  expect(Object.keys((await kept(JSON.stringify({ pid: pane, event: 'idle' }))) ?? {})).toEqual([fileOf(pane)]);
});

test('a run of Codex below a Codex reports for itself', async () => {
  const { inner } = await anAgentThatRuns('codex', 'exec', "bash -c 'codex exec inner'");
  expect(Object.keys((await kept(JSON.stringify({ pid: inner, event: 'x' }))) ?? {})).toEqual([fileOf(inner)]);
});

test('a program with the arguments of the process above it was launched by it, which is the agent of the pane', async () => {
  const same = await anAgentThatRuns('opencode', 'same', 'opencode ./same');
  expect(Object.keys((await kept(JSON.stringify({ pid: same.inner, event: 'x' }))) ?? {})).toEqual([fileOf(same.pane)]);
  const other = await anAgentThatRuns('opencode', 'other', "bash -c 'opencode ./other more'");
  expect(Object.keys((await kept(JSON.stringify({ pid: other.inner, event: 'x' }))) ?? {})).toEqual([
    fileOf(other.inner),
  ]);
});

test('a program that is no known agent does not report its conversation for the agent above it', async () => {
  const [opencode, codex] = [await anAgent('opencode'), await anAgent('codex')];
  expect(await kept(JSON.stringify({ pid: opencode.pid, session_id: id, event: 'idle' }))).toBeNull();
  expect(await kept(JSON.stringify({ pid: codex.pid, id: 'p-77', event: 'idle' }))).toBeNull();
  expect(await kept(JSON.stringify({ pid: codex.pid, id, event: 'idle' }))).toMatchObject({ [codex.file]: { id } });
});

test('a caller that leaves its end open is not waited for', async () => {
  const { pid, file } = await anAgent('codex');
  const open = new Readable({ read: () => undefined });
  for (const part of [`{"pid": ${pid}, "more": {}`, ', "event":', ' "idle"}\n']) open.push(part);
  expect(Object.keys((await kept(open)) ?? {})).toEqual([file]);
  expect(open.destroyed).toBe(true);
});

test('whatever else comes keeps nothing, prints nothing and ends well', async () => {
  const { pid } = await anAgent('claude');
  const stranger = await start('sleep', ['60']);
  const lost = new Readable({ read: () => void lost.destroy(new Error('the other end is gone')) });
  expect(await kept('')).toBeNull();
  expect(await kept('{"pid":')).toBeNull();
  expect(await kept('[1,2]')).toBeNull();
  expect(await kept(lost)).toBeNull();
  expect(await kept(JSON.stringify({ pid: stranger }), { event: 'Stop' })).toBeNull();
  expect(await kept(JSON.stringify({ pid: -1 }), { event: 'Stop' })).toBeNull();
  expect(await kept(JSON.stringify({ pid, session_id: id, hook_event_name: 'a\u0007b' }))).toBeNull();
  expect(await kept(JSON.stringify({ pid, prompt: 'x'.repeat(2 << 20), event: 'Stop' }))).toBeNull();
});
