import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readStat } from '../src/system/proc-files.ts';
import type { Fleet } from './fleet.ts';
import { inTurn, median, share, spread, treeCpuMs, type Row } from './measure.ts';
import { whenIdle } from './watching.ts';

const plugin = join(import.meta.dirname, '../dist/claude-code/plugin');
/** As Claude Code writes it to a `SessionStart` hook. */
const input = JSON.stringify({
  session_id: '87dc548e-0000-4000-8000-000000000000',
  transcript_path: '/home/me/.claude/projects/p/87dc548e-0000-4000-8000-000000000000.jsonl',
  cwd: '/home/me/lab',
  hook_event_name: 'SessionStart',
  source: 'startup',
});

/** Measures what our hook adds to the start of an agent, beside a hook that does nothing. */
export async function hookAtStart({ env }: Fleet, count: number): Promise<readonly Row[]> {
  mkdirSync(join(env['AGENT_SESSIONS_MONITOR_STATE_DIR'] ?? '', 'hooks'), { recursive: true, mode: 0o700 });
  const { hooks } = JSON.parse(readFileSync(join(plugin, 'hooks/hooks.json'), 'utf8'));
  const command = String(hooks.SessionStart[0].hooks[0].command);
  const hookEnv = { ...env, CLAUDE_PLUGIN_ROOT: plugin, TMUX: '/tmp/tmux-0/default,1,0', TMUX_PANE: '%1' };
  const run = (words: string) => (): number => {
    const began = performance.now();
    spawnSync('sh', ['-c', words], { env: hookEnv, input });
    return performance.now() - began;
  };
  const times = await inTurn(201, { none: run('exit 0'), ours: run(command) });
  const added = times.ours.map((ms, index) => ms - (times.none[index] ?? Number.NaN));
  return [
    [`${count}`, 'a hook that does nothing, by `sh`', spread(times.none), ''],
    [
      `${count}`,
      'our hook at the start of an agent',
      spread(times.ours),
      `adds ${median(added).toFixed(1)} ms (pairwise)`,
    ],
  ];
}

/** Measures what a monitor costs while each of 20 agents reports the end of a turn every ten seconds. */
export async function turnsReported(fleet: Fleet, count: number): Promise<readonly Row[]> {
  const seconds = 60;
  const folder = join(fleet.env['AGENT_SESSIONS_MONITOR_STATE_DIR'] ?? '', 'hooks');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const agents = fleet.sessions.slice(0, 20);
  const cost = async (pid: number, act: (turn: number) => void): Promise<number> => {
    const before = treeCpuMs(pid);
    for (let turn = 0; turn < seconds * 2; turn += 1) {
      act(turn);
      await pause(500);
    }
    return treeCpuMs(pid) - before;
  };
  return whenIdle(fleet, async (pid) => {
    const silent = await cost(pid, () => undefined);
    const reported = await cost(pid, (turn) => report(folder, agents[turn % agents.length]?.pid ?? 0));
    const beside = `${share(silent, seconds)} without`;
    return [[`${count}`, `idle monitor, ${seconds} s, 20 agents report 120 turns`, share(reported, seconds), beside]];
  });
}

function report(folder: string, pid: number): void {
  writeFileSync(join(folder, '.new'), JSON.stringify({ agent: 'claude', event: 'Stop' }));
  renameSync(join(folder, '.new'), join(folder, `${pid}-${readStat(pid)?.start}.json`));
}
