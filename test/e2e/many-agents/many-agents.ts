import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateLine } from '../../../src/core/model/state.ts';
import type { HistoryRow } from '../../../src/operations/answers/history.ts';
import type { SessionRow } from '../../../src/operations/answers/sessions.ts';
import { ClaudeWorld } from '../claude-lab/claude-world.ts';
import type { ClaudeVersion } from '../claude-lab/versions.ts';
import type { ScriptedModel } from '../agent-lab/model/model.ts';
import { until, type Running } from '../private-world.ts';
import { lineDiffers, logDiffers, pageDiffers, statusDiffers } from './agreement.ts';
import type { Gap } from './gap.ts';
import { mortalSocket } from './happenings.ts';
import { attentionMs, logAgrees, type Course } from './log-agrees.ts';
import { LogReader } from './log-reader.ts';
import { PageReader } from './page-reader.ts';
import { PretendAgent } from './pretend-agent.ts';
import { Random } from '../../random.ts';
import { RealAgent } from './real-agent.ts';
import type { Played } from './state.ts';
import { isLastSeen, statesAgree } from './states-agree.ts';
import { timelineDiffers } from './timeline-agrees.ts';
import { toldKinds, untrue, untrueCard } from './told.ts';
import { Webhook } from './webhook.ts';

export interface FleetOptions {
  readonly pretend: number;
  readonly real: number;
  readonly seed: number;
}

/** All that tell of the agents. */
export const sources = ['status', 'log', 'states', 'line', 'page', 'webhook', 'card'] as const;

/** What does not agree, by who says it. */
export type Differences = Readonly<Record<(typeof sources)[number], readonly string[]>>;

const intervalMs = 2_000;
/** What a pass may take on a busy machine, and after a killed monitor, whose locks grow old first; ms. */
const passMs = 20_000;

/** The last of the pretend agents run on a tmux server of their own. */
const mortals = 6;

/** Many agents, a monitor with its page, a webhook, and all that can be asked of them. */
export class ManyAgents {
  readonly world: ClaudeWorld;
  readonly webhook: Webhook;
  readonly random: Random;
  readonly pretend: readonly PretendAgent[];
  readonly real: readonly RealAgent[];
  /** The sessions that each death of a tmux server took. */
  readonly serverDeaths: (readonly string[])[] = [];
  readonly gaps: Gap[] = [];
  /** When the monitor is to be started (again); ms since 1970. `null`: it runs. */
  backAt: number | null = 0;
  watchesSince = 0;
  reader: PageReader | null = null;
  #monitor: Running | null = null;
  #downSince = Date.now();
  /** The longest silence of any stream of the page so far; ms. */
  #silenceMs = 0;
  #log: LogReader | null = null;
  /** The position of the first event that the webhook was to be told. */
  #from = 0;

  private constructor(world: ClaudeWorld, webhook: Webhook, { pretend, real, seed }: FleetOptions) {
    this.world = world;
    this.webhook = webhook;
    const random = new Random(seed);
    this.random = random;
    this.pretend = Array.from({ length: pretend }, (_, number) => {
      const socket = number < pretend - mortals ? 'default' : mortalSocket;
      return new PretendAgent({ world, random, number, socket });
    });
    const resumeOf = (session: string): Promise<string> => this.#resumeOf(session);
    this.real = Array.from({ length: real }, (_, number) => new RealAgent({ world, random, number, resumeOf }));
  }

  /** Opens all sessions, registers them, and starts the monitor. */
  static async open(claude: ClaudeVersion, model: ScriptedModel, options: FleetOptions): Promise<ManyAgents> {
    const killMonitor = { kill: (): void => undefined };
    const webhook = await Webhook.open(() => killMonitor.kill());
    const world = new ClaudeWorld(claude, model);
    world.file('home/.config/agent-sessions-monitor/config.yaml', configOf(world, webhook));
    const fleet = new ManyAgents(world, webhook, options);
    killMonitor.kill = () => fleet.#killed();
    try {
      for (const agent of fleet.agents) await agent.open();
      await until('all to be registered', async () => {
        const { document } = await world.reconcile();
        return document.drifts.length === 0 && document.deferred.length === 0;
      });
      fleet.#from = fleet.log.read().length;
      await fleet.watch();
      return fleet;
    } catch (error) {
      await fleet.close();
      throw error;
    }
  }

  get agents(): readonly (PretendAgent | RealAgent)[] {
    return [...this.pretend, ...this.real];
  }

  /** Starts the monitor, and opens its page if it has one. @param words its arguments; default: those of the fleet */
  async watch(words: readonly string[] = ['--page', '--interval', `${intervalMs}ms`]): Promise<Running> {
    await this.#monitor?.exited;
    const monitor = this.world.start(['monitor', ...words]);
    this.#monitor = monitor;
    await until('the monitor to watch', () => /^watching \d+ sessions/m.test(monitor.stderr()));
    if (words.includes('--page')) this.reader = await PageReader.open(this.statePath('page.url'));
    if (this.backAt !== null) this.gaps.push({ from: this.#downSince, to: Date.now() });
    this.backAt = null;
    this.watchesSince = Date.now();
    return monitor;
  }

  /** Ends the monitor. @param pauseMs until it is to be started again; default: never. @returns its exit code */
  async unwatch(signal: 'SIGTERM' | 'SIGKILL', pauseMs = Infinity): Promise<number | null> {
    if (signal === 'SIGKILL') this.webhook.kills.push(Date.now());
    const code = (await this.#monitor?.end(signal)) ?? null;
    this.#goesDown(pauseMs);
    this.closePage();
    return code;
  }

  /** Kills the monitor at once; it is to be started again at once. */
  #killed(): void {
    this.webhook.kills.push(Date.now());
    if (this.backAt === null) this.#goesDown(0);
    this.#monitor?.child.kill('SIGKILL');
    this.closePage();
  }

  #goesDown(pauseMs: number): void {
    this.#downSince = Date.now();
    this.backAt = Date.now() + pauseMs;
  }

  closePage(): void {
    this.#silenceMs = this.longestSilenceMs;
    this.reader?.close();
    this.reader = null;
  }

  get longestSilenceMs(): number {
    return Math.max(this.#silenceMs, this.reader?.longestSilenceMs ?? 0);
  }

  /** All that was made to happen. */
  get course(): Course {
    const { agents, gaps, serverDeaths } = this;
    return { agents, gaps, serverDeaths, allowedMs: intervalMs + passMs };
  }

  get log(): LogReader {
    return (this.#log ??= new LogReader(this.statePath('log.jsonl')));
  }

  statePath(name: string): string {
    const folder = readdirSync(this.world.state).find((one) => /^[0-9a-f]{8}$/.test(one));
    if (folder === undefined) throw new Error('the registry has no state yet');
    return join(this.world.state, folder, name);
  }

  get states(): readonly StateLine[] {
    const name = readdirSync(this.statePath('.')).find((one) => one.startsWith('states-'));
    if (name === undefined || !existsSync(this.statePath(name))) return [];
    const lines = readFileSync(this.statePath(name), 'utf8').split('\n');
    return lines.flatMap((line): StateLine[] => (line === '' ? [] : [JSON.parse(line)]));
  }

  /** Decides whether the monitor has seen what that agent did last. */
  hasSeen(agent: Played): boolean {
    return isLastSeen(this.states, agent);
  }

  /** Asks everything that can be asked. */
  async differences(): Promise<Differences> {
    const rows: readonly SessionRow[] = (await this.#ask(['status'])).sessions;
    const events: readonly HistoryRow[] = (await this.#ask(['history'])).events;
    const { comments } = await this.#ask(['card']);
    return {
      status: statusDiffers(this.agents, rows),
      log: [...logDiffers(this.agents, this.log), ...logAgrees(this.log, this.course)],
      states: statesAgree(this.states, this.course).differences,
      line: lineDiffers(this.agents, this.statePath('line')),
      page: [...pageDiffers(this.reader?.data ?? null, { rows, events }, comments), ...(await this.#timeline())],
      webhook: untrue(this.log, this.webhook, this.#from),
      card: untrueCard(this.log, comments),
    };
  }

  async #timeline(): Promise<readonly string[]> {
    const answer = await this.reader?.timeline();
    return answer === undefined ? ['there is no timeline'] : timelineDiffers(this.agents, answer, this.gaps);
  }

  async #resumeOf(session: string): Promise<string> {
    return until(`a line that resumes ${session}`, async () => {
      const rows: readonly SessionRow[] = (await this.#ask(['status'])).sessions;
      return rows.find((row) => row.session === session)?.resume;
    });
  }

  async #ask(words: readonly string[]) {
    const { stdout, stderr, code } = await this.world.run([...words, '--json']);
    if (code !== 0 && code !== 1) throw new Error(`asm ${words.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  async close(): Promise<void> {
    this.closePage();
    await this.world.close();
    await this.webhook.close();
  }
}

function configOf(world: ClaudeWorld, webhook: Webhook): string {
  return `tmux: { sockets: [${world.socketPath(mortalSocket)}] }
attention: { after: ${attentionMs.after}ms, worked: ${attentionMs.worked}ms }
notify:
  - kind: webhook
    url: ${webhook.url}
    on: [${toldKinds.join(', ')}]
`;
}
