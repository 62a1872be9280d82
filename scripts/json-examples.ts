import { join } from 'node:path';
import { failureOf, failureText } from '../src/cli/failure.ts';
import { UsageError } from '../src/errors.ts';
import type { answers } from '../src/operations/answers/index.ts';
import { operations } from '../src/operations/index.ts';
import type { Input } from '../src/operations/operation.ts';
import { jobId, scriptedWorld } from '../test/scripted-world.ts';

type Name = keyof typeof answers;
type Examples = Partial<Record<Name, string>>;

const session = 'shop-creator-claude';

/** Returns one answer of each command: of a scripted world, where the command asks no other program. */
export async function jsonExamples(): Promise<Examples> {
  let remove = (): void => undefined;
  const world = scriptedWorld((removing) => (remove = removing));
  try {
    await world.board.claim(world.context.defaultCard(), { pid: 4711, host: 'lab1' });
    const examples: Examples = {};
    for (const [name, operation, words, values] of asked) {
      examples[name] = await answerOf(world, operation, { words, values, json: true });
    }
    const dump = { dump: join(world.passing.dir, 'dump.json') };
    const dumped = await answerOf(world, 'explain', { words: [], values: dump, json: true });
    const failure = await answerOf(world, 'explain', { words: ['shop-creator-claud'], values: {}, json: true });
    return { ...written, ...examples, 'explain --dump FILE --json': dumped, 'a failure with --json': failure };
  } finally {
    remove();
  }
}

/** In this order: each leaves its traces in the world. */
const asked: readonly (readonly [Name, string, readonly string[], Input['values']])[] = [
  ['status --json', 'status', [], {}],
  ['reconcile --json', 'reconcile', [], {}],
  ['explain --json', 'explain', [session], {}],
  ['jobs show --json, jobs submit --json', 'jobs', ['submit'], { session, prompt: 'Paint the door red.' }],
  ['jobs event --json', 'jobs', ['event', jobId, 'started'], {}],
  ['jobs list --json', 'jobs', ['list'], {}],
  ['history --json', 'history', [], { session }],
  ['snooze --json', 'snooze', [session, '2h'], {}],
  ['undo --json', 'undo', [], {}],
  ['comment --json', 'comment', ['stop', 'monitoring'], {}],
  ['card --json', 'card', [], {}],
  ['dispatch --json', 'dispatch', [], { print: true, worker: 'self' }],
  ['setup --client --json', 'setup', [], { client: 'claude-code', print: true }],
  ['setup --client mcp-json --json', 'setup', [], { client: 'mcp-json' }],
];

async function answerOf(world: ReturnType<typeof scriptedWorld>, name: string, input: Input): Promise<string> {
  const operation = operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`there is no command ${name}`);
  try {
    for await (const { json } of operation.run(world.context, input)) return world.same(JSON.stringify(json));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return world.same(failureText(failureOf(error, null), true));
  }
  throw new Error(`${name} gave no answer`);
}

/** Of commands that wait, or ask Hermes, the broker or this machine. */
const host = {
  host: 'lab1',
  online: true,
  since: '2026-07-01T09:00:00.000Z',
  lost: false,
  sessions: [
    {
      session,
      status: 'running',
      liveness: 'alive',
      id: '87dc548e-0c1f-4a57-9a3e-5f0d6a1b2c3d',
      job: null,
      activity: 'waiting',
      waiting_for: 'permission prompt',
      waiting_since: '2026-07-01T08:48:00.000Z',
      at: '2026-07-01T08:48:00.000Z',
    },
  ],
};
const written: Examples = {
  'monitor --json': JSON.stringify({
    reason: 'stopped',
    summary: 'stopped: 2 drifts found: 1 session-gone, 1 session-id-materialized',
  }),
  'history --states --json': JSON.stringify({
    before: [],
    changes: [
      {
        at: '2026-07-01T08:48:00.000Z',
        what: 'state',
        session,
        socket: null,
        workspace: 'shop',
        agent: 'claude',
        from: { liveness: 'alive', activity: 'working', waiting_for: null, id: '87dc548e-0c1f-4a57-9a3e-5f0d6a1b2c3d' },
        to: {
          liveness: 'alive',
          activity: 'waiting',
          waiting_for: 'permission prompt',
          id: '87dc548e-0c1f-4a57-9a3e-5f0d6a1b2c3d',
        },
        source: 'claude',
        reason: 'Claude waits for you: permission prompt',
        host: null,
        unwatched_since: null,
      },
    ],
    watched_until: '2026-07-01T09:00:30.000Z',
  }),
  'history --timelines --json': JSON.stringify({
    from: '2026-06-30T09:00:30.000Z',
    to: '2026-07-01T09:00:30.000Z',
    timelines: [
      {
        session,
        socket: null,
        workspace: 'shop',
        agent: 'claude',
        bands: [
          { from: '2026-07-01T08:12:00.000Z', to: '2026-07-01T08:48:00.000Z', what: 'working' },
          { from: '2026-07-01T08:48:00.000Z', to: '2026-07-01T09:00:30.000Z', what: 'waiting' },
        ],
      },
    ],
  }),
  'fleet --json': JSON.stringify({ hosts: [host] }),
  'fleet --forget --json': JSON.stringify({ forgotten: 'old-lab', topics: 3, hosts: [host] }),
  'doctor --json': JSON.stringify({
    findings: [
      { id: 'tmux', ok: true, message: 'tmux 3.3a', cure: null },
      { id: 'lock', ok: false, message: 'neither flock nor perl is installed', cure: 'install util-linux' },
    ],
  }),
  'setup --json': JSON.stringify({
    config: '/home/me/.hermes/config.yaml',
    change: 'changed',
    lines: ['+  agent_sessions_monitor:', '+    command: asm'],
    skill: {
      folder: '/home/me/.hermes/skills/agent-sessions-monitor',
      written: ['SKILL.md'],
      removed: [],
      left: [],
    },
  }),
  'setup --service --json': JSON.stringify({
    unit: '[Unit]\nDescription=agent-sessions-monitor\n',
    path: '/home/me/.config/systemd/user/agent-sessions-monitor.service',
    change: 'changed',
  }),
  'demo --json': JSON.stringify({ said: 'Two agents work, each in its own tmux session.' }),
};
