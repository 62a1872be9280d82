import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Activity, WaitingFor } from '../../src/core/model/activity.ts';
import type { StateLine } from '../../src/core/model/state.ts';
import { until, type PrivateWorld } from '../e2e/private-world.ts';

/** What a session did, from so many minutes ago on. */
type Past = readonly (readonly [minutes: number, activity: Activity | null, waitingFor?: WaitingFor])[];

interface Member {
  readonly session: string;
  readonly workspace: string;
  readonly agent: 'claude' | 'agy';
  readonly past: Past;
}

const members: readonly Member[] = [
  member('shop-checkout-claude', [
    [340, 'working'],
    [290, 'idle'],
    [250, 'working'],
    [12, 'waiting', 'permission prompt'],
  ]),
  member('shop-search-claude', [
    [355, 'idle'],
    [210, 'working'],
    [150, 'waiting', 'question'],
    [131, 'working'],
  ]),
  member('shop-images-agy', [[355, null]]),
  member('blog-writer-claude', [
    [355, 'working'],
    [200, 'waiting', 'permission prompt'],
    [172, 'working'],
    [44, 'idle'],
  ]),
  member('blog-translate-claude', [
    [300, 'working'],
    [3, 'waiting', 'question'],
  ]),
  member('billing-migrate-claude', [
    [355, 'working'],
    [320, 'idle'],
    [280, 'working'],
  ]),
  member('billing-audit-claude', [
    [330, 'working'],
    [120, 'idle'],
    [75, 'working'],
  ]),
  member('docs-site-claude', [
    [240, 'working'],
    [95, 'idle'],
  ]),
];

/** The session that ends while the pictures are made. */
export const ends = 'billing-audit-claude';

const minute = 60_000;

/** Opens the fleet: pretend agents in real sessions, with the record that Claude Code keeps of each. */
export async function openFleet(world: PrivateWorld): Promise<void> {
  const entries: string[] = [];
  for (const [index, one] of members.entries()) {
    const { session, workspace, agent } = one;
    const cwd = world.folder(`home/${workspace}`);
    const pid = await world.openSession(session, { agent, cwd });
    const id =
      agent === 'claude' ? `${(0x3f2a9c1e + index * 0x1f7b3a5).toString(16)}-87dc-4a11-9c1e-1f0a5b6c7d8e` : null;
    if (id !== null) record(world, one, { pid, cwd, id });
    const own = `workspace: ${workspace}, agent: ${agent}, cwd: ${cwd}, status: running`;
    const ids = id === null ? '' : `, agent_identities: { claude: { session_id: ${id} } }`;
    entries.push(`  ${session}: { ${own}, pane: { pid: ${pid}, cmd: ${agent} }${ids} }\n`);
  }
  world.writeRegistry(`sessions:\n${entries.join('')}`, 60);
}

/**
 * Writes the hours before into the state history of the monitor that watches, as if it had watched since then: no
 * process of the fleet is old enough for its record to say so.
 */
export async function recallPast(world: PrivateWorld): Promise<void> {
  const path = await until('the state history', () => historyIn(world));
  const read = (): readonly string[] => readFileSync(path, 'utf8').trim().split('\n');
  await until('the first states', () => read().length > members.length);
  const now = Date.now();
  const lines = read().flatMap((text): readonly StateLine[] => {
    const line: StateLine = JSON.parse(text);
    if (line.kind === 'watch-began') return [{ ...line, at: now - 355 * minute }];
    if (line.kind !== 'state') return [];
    const past = members.find(({ session }) => session === line.session)?.past ?? [];
    return past.map(([minutes, activity, waitingFor = null]) => {
      const state = { ...line.state, activity, waitingFor };
      return { ...line, at: now - minutes * minute, state };
    });
  });
  const ordered = lines.toSorted((one, other) => one.at - other.at);
  writeFileSync(path, ordered.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function historyIn({ state }: PrivateWorld): string | null {
  if (!existsSync(state)) return null;
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' });
  const file = files.find((name) => /states-[^/]*\.jsonl$/.test(name));
  return file === undefined ? null : join(state, file);
}

function member(session: string, past: Past): Member {
  const agent = session.endsWith('agy') ? 'agy' : 'claude';
  return { session, workspace: session.split('-')[0] ?? '', agent, past };
}

interface Running {
  readonly pid: number;
  readonly cwd: string;
  readonly id: string;
}

function record(world: PrivateWorld, { past }: Member, { pid, cwd, id }: Running): void {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const [, activity, waitingFor] = past.at(-1) ?? [0, 'idle'];
  const status = activity === 'working' ? 'busy' : activity;
  const own = { pid, sessionId: id, cwd, startedAt: Date.now(), procStart, kind: 'interactive', entrypoint: 'cli' };
  const waits = activity === 'waiting' ? { waitingFor: waitingFor === 'question' ? 'input needed' : waitingFor } : {};
  const text = JSON.stringify({ ...own, version: '2.1.332', status, ...waits });
  world.file(`home/.claude/sessions/${pid}.json`, text);
  world.file(`home/.claude/projects/${cwd.replace(/[^a-zA-Z0-9]/g, '-')}/${id}.jsonl`, '{}\n');
}
