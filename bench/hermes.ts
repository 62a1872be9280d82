import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hermesFolder } from '../scripts/test-cache.mjs';
import { hermesVersions } from '../scripts/tested-versions.mjs';
import { openFleet, type Fleet } from './fleet.ts';
import { table } from './report.ts';

const root = join(import.meta.dirname, '..');
const [version] = hermesVersions;
const bin = join(hermesFolder(version), 'bin');
const cli = join(root, 'dist/cli.js');
/** How many cycles of a loop are measured, without the first one. */
const cycles = 8;
/** How long one cycle waits while it is measured, and in real use; seconds. */
const waits = { measured: 3, ours: 540, script: 60 };

interface Loop {
  readonly name: string;
  readonly profile: string;
  /** Model calls that one cycle takes. */
  readonly calls: number;
  /** How long a cycle waits in real use; seconds. */
  readonly waits: number;
  readonly rules: readonly object[];
}

interface ModelCall {
  readonly kind: string;
  /** Seconds since 1970. */
  readonly t: number;
  readonly tools: readonly string[];
  readonly chars: number;
  readonly tokens: number;
  /** The messages since the model's last answer. */
  readonly new: readonly { readonly role: string; readonly text: string }[];
}

const script = `sh ${join(root, 'scripts/reconcile.sh')} --once --emit-diff`;
const terminal = (command: string) => ({ call: 'terminal', args: { command } });
const loops: readonly Loop[] = [
  ...['default', 'agent-sessions-lean'].map((profile) => ({
    name: `wait_for_drift, ${profile === 'default' ? 'default profile' : '`--lean`'}`,
    profile,
    calls: 1,
    waits: waits.ours,
    rules: [{ when: {}, do: { call: 'mcp__*__wait_for_drift', args: { max_seconds: `${waits.measured}` } } }],
  })),
  {
    name: 'script, sleep, repeat',
    profile: 'default',
    calls: 2,
    waits: waits.script,
    rules: [
      { when: { last_matches: 'version' }, do: terminal(`sleep ${waits.measured}`) },
      { when: {}, do: terminal(script) },
    ],
  },
];

/** Measures a real Hermes with three quiet sessions and a model that does what each loop asks of it. */
export async function measureHermes(): Promise<string> {
  const rows: string[][] = [];
  for (const loop of loops) {
    process.stderr.write(`${loop.name} …\n`);
    const fleet = openFleet(3);
    try {
      rows.push(figuresOf(loop, await callsOf(fleet, loop)));
    } finally {
      fleet.close();
    }
  }
  const shown = ['Answers of a quiet cycle', 'with their calls'];
  const head = ['Loop', 'Tools offered', 'First call', ...shown, 'Model calls an hour', 'Read an hour'];
  return `hermes-agent ${version}, three sessions, nothing happens; answers in characters.\n\n${table(head, rows)}`;
}

/**
 * Returns the figures of one loop. The measured waits are short: the rest of a cycle stays, and the wait of real use is
 * put in.
 */
function figuresOf(loop: Loop, calls: readonly ModelCall[]): string[] {
  const [first, last] = [calls.at(-1 - cycles * loop.calls), calls.at(-1)];
  const offered = calls[0];
  if (first === undefined || last === undefined || offered === undefined)
    throw new Error(`${loop.name}: too few calls`);
  const chars = (last.chars - first.chars) / cycles;
  const answers = calls.slice(-cycles * loop.calls).flatMap((call) => call.new.filter(({ role }) => role === 'tool'));
  const answered = answers.reduce((sum, { text }) => sum + text.length, 0) / cycles;
  const beside = Math.max(0, (last.t - first.t) / cycles - waits.measured);
  const callsInHour = (3_600 / (loop.waits + beside)) * loop.calls;
  // Each call reads all former messages again; a turn begins anew after 80 calls.
  const tokens = callsInHour * (offered.tokens + (chars / 4 / loop.calls) * (Math.min(80, callsInHour) / 2));
  return [
    loop.name,
    `${offered.tools.length}`,
    `${(offered.tokens / 1_000).toFixed(1)} K tokens`,
    `${Math.round(answered)}`,
    `${Math.round(chars)}`,
    callsInHour.toFixed(1),
    `${Math.round(tokens / 1_000)} K tokens`,
  ];
}

/** Makes a card for that profile, and returns the model calls once there are enough of them. */
async function callsOf(fleet: Fleet, loop: Loop): Promise<readonly ModelCall[]> {
  const hermesHome = join(fleet.home, 'hermes');
  const env = { ...fleet.env, PATH: `${bin}:${fleet.env['PATH'] ?? ''}`, HERMES_HOME: hermesHome };
  mkdirSync(hermesHome);
  const log = join(fleet.home, 'llm.jsonl');
  const model = await startModel(fleet, env, loop, log);
  const run = (program: string, ...words: readonly string[]): string =>
    execFileSync(program, [...words], { env, cwd: fleet.home, encoding: 'utf8' });
  const asm = (...words: readonly string[]): string => run(process.execPath, cli, ...words);
  let worker: number | null = null;
  try {
    run('hermes', 'kanban', 'init');
    asm('setup');
    if (loop.profile !== 'default') asm('setup', '--lean');
    const [card = ''] = asm('dispatch', '--assignee', loop.profile).split('\n');
    run('hermes', 'kanban', 'dispatch');
    const { events } = JSON.parse(run('hermes', 'kanban', 'show', card, '--json'));
    worker = events.findLast(({ kind }: { kind: string }) => kind === 'spawned').payload.pid;
    return await enough(log, (cycles + 1) * loop.calls + 1);
  } finally {
    // The worker's MCP server ends with it.
    if (worker !== null) process.kill(worker, 'SIGKILL');
    model.kill('SIGKILL');
    await pause(1_000);
  }
}

async function startModel(fleet: Fleet, env: Record<string, string>, { rules }: Loop, log: string) {
  const [port, file] = [join(fleet.home, 'llm.port'), join(fleet.home, 'rules.json')];
  writeFileSync(file, JSON.stringify({ judge: [{ verdict: 'continue', reason: 'it watches' }], rules }));
  const program = join(root, 'test/e2e/hermes/scripted_llm.py');
  const words = [program, '--port', '0', '--port-file', port, '--rules', file, '--log', log];
  const model = spawn('python3', words, { env, stdio: 'ignore' });
  while (!existsSync(port) || readFileSync(port, 'utf8') === '') await pause(50);
  writeFileSync(
    join(fleet.home, 'hermes/config.yaml'),
    [
      `model: { provider: custom, default: scripted, base_url: "http://127.0.0.1:${readFileSync(port, 'utf8').trim()}/v1", api_key: lab-key, context_length: 200000 }`,
      'security: { allow_lazy_installs: false, tirith_enabled: false }',
      '',
    ].join('\n'),
  );
  writeFileSync(join(fleet.home, 'hermes/.env'), '');
  return model;
}

/** Polls until the worker has asked the model so often. */
async function enough(log: string, count: number): Promise<readonly ModelCall[]> {
  const end = performance.now() + 180_000;
  for (;;) {
    const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
    const calls: readonly ModelCall[] = lines.map((line) => JSON.parse(line));
    const working = calls.filter(({ kind }) => kind === 'worker');
    if (working.length >= count) return working.slice(0, count);
    if (performance.now() > end) throw new Error(`the model was asked ${working.length} times only`);
    await pause(200);
  }
}
