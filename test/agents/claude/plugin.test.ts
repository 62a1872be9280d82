import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportName } from '../../../src/core/model/report.ts';
import { readReport } from '../../../src/observe/reports/reports.ts';
import { readStat } from '../../../src/system/proc-files.ts';
import { ownProcess } from '../../../src/system/process-identity.ts';
import { asNobody, scratchFolder } from '../../observe/scratch.ts';
import { projectRoot } from '../../source-tree.ts';

const script = join(projectRoot, 'src/agents/claude/plugin/hooks/report.sh');
const id = '87dc548e-0000-4000-8000-000000000000';
const name = reportName(ownProcess());

/** Runs the hook as Claude does: this process is the agent. */
function hook(event: string, input: string, env: Record<string, string>) {
  const all = { PATH: process.env['PATH'], ...env };
  const { status, stdout, stderr } = spawnSync('/bin/sh', [script, event], { input, env: all, encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
}

/** Returns what is kept of that input, and every name in the folder. */
function kept(event: string, input: string, env: Record<string, string> = {}) {
  const state = scratchFolder();
  hook(event, input, { AGENT_SESSIONS_MONITOR_STATE_DIR: state, ...env });
  const folder = join(state, 'hooks');
  const read = readReport(join(folder, name));
  expect(readdirSync(folder)).toEqual([name]);
  expect([statSync(folder).mode & 0o777, statSync(join(folder, name)).mode & 0o777]).toEqual([0o700, 0o600]);
  return read.kind === 'report' ? read.fields : read.kind;
}

const input = (fields: object): string => JSON.stringify({ session_id: id, transcript_path: '/x', ...fields });

test('each event keeps its own few words, with the pane and the process', () => {
  const env = { TMUX: '/tmp/tmux-0/default,1,0', TMUX_PANE: '%5', CLAUDE_CODE_ENTRYPOINT: 'cli' };
  expect(kept('SessionStart', input({ hook_event_name: 'SessionStart', source: 'clear' }), env)).toEqual({
    agent: 'claude',
    event: 'SessionStart',
    host: hostname(),
    place: null,
    init: readStat(1)?.start ?? null,
    id,
    last_id: null,
    changes: [],
    moment: null,
    args: null,
    source: 'clear',
    reason: null,
    notification: null,
    waiting_for: null,
    since: null,
    tmux: '/tmp/tmux-0/default,1,0',
    pane: '%5',
    entrypoint: 'cli',
  });
  expect(kept('SessionEnd', input({ reason: 'clear' }))).toMatchObject({ reason: 'clear', source: null });
  expect(kept('Notification', input({ notification_type: 'idle_prompt' }))).toMatchObject({
    notification: 'idle_prompt',
  });
  expect(kept('Stop', input({}))).toMatchObject({ event: 'Stop', id, pane: null, tmux: null, entrypoint: null });
});

test('nothing of a prompt or of the input of a tool is kept', () => {
  const tool = { tool_name: 'Bash', tool_input: { command: 'echo secret', source: 'secret', session_id: 'secret' } };
  expect(JSON.stringify(kept('PermissionRequest', input({ prompt: 'a secret', ...tool })))).not.toContain('secret');
});

test.each([
  ['an empty input', ''],
  ['no JSON', '\u0000\u001b]0;x\u0007"session_id":"'],
  ['a path as an id', '{"session_id":"../../../etc/passwd"}'],
  ['a command as an id', '{"session_id":"$(touch /tmp/owned)`id`"}'],
  ['a quote in an id', '{"session_id":"a\\",\\"event\\":\\"x"}'],
  ['an id after 4 KiB', `{"prompt":"${'x'.repeat(5000)}","session_id":"${id}"}`],
])('%s is no id', (_what, text) => {
  expect(kept('Stop', text)).toMatchObject({ event: 'Stop', id: null });
});

test('a hostile environment is not believed', () => {
  const env = { TMUX: '/tmp/a"b\\c', TMUX_PANE: '%1;rm', CLAUDE_CODE_ENTRYPOINT: '"x' };
  expect(kept('Stop', input({}), env)).toMatchObject({ id, tmux: null, pane: null, entrypoint: null });
});

test('an empty PATH names no folder of the agent; without the tools that it needs, nothing is left', () => {
  expect(kept('Stop', input({}), { PATH: '' })).toMatchObject({ id });
  const state = scratchFolder();
  mkdirSync(join(state, 'hooks'));
  hook('Stop', input({}), { AGENT_SESSIONS_MONITOR_STATE_DIR: state, PATH: join(state, 'missing') });
  expect(readdirSync(join(state, 'hooks'))).toEqual([]);
});

test('5 MB of input are not waited for', () => {
  expect(kept('Stop', `${input({}).slice(0, -1)},"prompt":"${'x'.repeat(5 << 20)}"}`)).toMatchObject({ id });
});

test('without a state folder nothing is made, and one that takes nothing disturbs no agent', async () => {
  const state = scratchFolder();
  hook('Stop', input({}), { AGENT_SESSIONS_MONITOR_STATE_DIR: join(state, 'missing') });
  hook('Stop', input({}), { HOME: state });
  expect(readdirSync(state)).toEqual([]);
  writeFileSync(join(state, 'hooks'), 'a file');
  hook('Stop', input({}), { AGENT_SESSIONS_MONITOR_STATE_DIR: state });
  expect(readFileSync(join(state, 'hooks'), 'utf8')).toBe('a file');

  const other = scratchFolder();
  mkdirSync(join(other, 'hooks', name), { recursive: true });
  hook('Stop', input({}), { AGENT_SESSIONS_MONITOR_STATE_DIR: other });
  expect(readReport(join(other, 'hooks', name)).kind).toBe('refused');

  const shut = scratchFolder();
  mkdirSync(join(shut, 'hooks'));
  chmodSync(join(shut, 'hooks'), 0o500);
  await asNobody(() => hook('Stop', input({}), { AGENT_SESSIONS_MONITOR_STATE_DIR: shut }));
});
