import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inTurn, residentMb, share, spread, timed, treeCpuMs } from './measure.ts';
import { agentDeck } from './peers/agent-deck.ts';
import { asm } from './peers/asm.ts';
import { ccmux } from './peers/ccmux.ts';
import type { Cells, Lane, Peer, World } from './peers/peer.ts';
import { processesStarted, straceInto } from './peers/processes.ts';
import { whileStopped } from './peers/stopped.ts';
import { timesToSeen } from './peers/seen.ts';
import { machine, table } from './report.ts';

const count = 50;
const seconds = 60;
/** How long a program may do what it does after its start; ms. */
const settleMs = 15_000;
const adapters = { 'agent-deck': agentDeck, ccmux };

/** Measures this project beside the peers that stand in a folder as built checkouts, all in the same minutes. */
export async function measurePeers(folder: string): Promise<string> {
  const found = Object.entries(adapters).filter(([name]) => existsSync(join(folder, name)));
  if (found.length === 0) throw new Error(`No peer stands in "${folder}". bench/README.md says what belongs there.`);
  const peers = [asm(), ...found.map(([name, adapter]) => adapter(resolve(folder, name)))];
  const [load = Number.NaN] = loadavg();
  const worlds = new Map<Peer, World>();
  try {
    for (const peer of peers) {
      process.stderr.write(`${count} sessions for ${peer.name} …\n`);
      worlds.set(peer, await peer.open(count));
    }
    const rows: Cells[] = [
      ['version', ...peers.map(({ version }) => version)],
      ['what runs', ...peers.map(({ runs }) => runs)],
      ...(await running('idle', worlds, () => [], idle)),
      ...(await running('processes', worlds, straceInto, (lanes) => processesStarted(lanes, seconds))),
      ...(await running('listings', worlds, () => [], listings)),
      ...(await running('deaths, and a stopped tmux', worlds, () => [], endAndStop)),
    ];
    const said = `${machine()}; other programs' load at the start: ${load.toFixed(1)}.`;
    return `${said}\n\n${table(['What', ...peers.map(({ name }) => name)], rows)}`;
  } finally {
    for (const world of worlds.values()) world.close();
  }
}

/** Starts all programs, lets them settle, measures, and ends them. */
async function running(
  what: string,
  worlds: ReadonlyMap<Peer, World>,
  prefix: (world: World) => readonly string[],
  measure: (lanes: readonly Lane[]) => Promise<readonly Cells[]>,
): Promise<readonly Cells[]> {
  process.stderr.write(`${what} …\n`);
  const lanes: Lane[] = [];
  try {
    for (const [peer, world] of worlds) lanes.push({ peer, world, running: await peer.start(world, prefix(world)) });
    await pause(settleMs);
    return await measure(lanes);
  } finally {
    for (const lane of lanes) await lane.running.stop();
  }
}

/** Measures what each costs while nothing happens. */
async function idle(lanes: readonly Lane[]): Promise<readonly Cells[]> {
  const used = () =>
    lanes.map(({ running: { pid }, world: { serverPid } }) => ({
      own: treeCpuMs(pid),
      tmux: treeCpuMs(serverPid, 'alone'),
    }));
  const before = used();
  await pause(seconds * 1_000);
  const after = used();
  const shares = (whose: 'own' | 'tmux') =>
    after.map((now, index) => share(now[whose] - (before[index]?.[whose] ?? Number.NaN), seconds));
  return [
    [`idle, ${seconds} s, with all it started`, ...shares('own')],
    ['its tmux server meanwhile', ...shares('tmux')],
    ['memory of the idle program', ...lanes.map(({ running: { pid } }) => `${residentMb(pid).toFixed(0)} MB`)],
  ];
}

/** Measures one listing with the state of each session, while the program runs; ms. */
async function listings(lanes: readonly Lane[]): Promise<readonly Cells[]> {
  const runs = 11;
  const subjects = lanes.map(({ peer, world }) => [peer.name, () => ifItWorks(peer, world)] as const);
  const times = await inTurn(runs, Object.fromEntries(subjects));
  const cell = ({ peer }: Lane): string => {
    const worked = (times[peer.name] ?? []).filter(Number.isFinite);
    const failed = worked.length === runs ? '' : `, ${runs - worked.length} of ${runs} failed`;
    return `${worked.length === 0 ? 'none' : `${spread(worked)} ms`}${failed}`;
  };
  return [
    ['listing', ...lanes.map(({ peer }) => peer.listing.words)],
    ['the listing takes, min / median / max', ...lanes.map(cell)],
  ];
}

function ifItWorks(peer: Peer, world: World): number {
  try {
    return timed(peer.listing.command(world), world.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return Number.NaN;
  }
}

async function endAndStop(lanes: readonly Lane[]): Promise<readonly Cells[]> {
  return [...(await timesToSeen(lanes)), ...(await whileStopped(lanes))];
}
