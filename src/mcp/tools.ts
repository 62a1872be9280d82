import { clean } from '../core/text.ts';
import { sayUnlessSaid, tellCard } from '../tell/card.ts';
import type { Context } from '../operations/context.ts';
import { explain as explainOperation } from '../operations/explain.ts';
import { sessionRows } from '../operations/session-rows.ts';
import type { MonitorWorld } from '../run/monitor.ts';
import { answer, counts, newsLines, quiet } from './answer.ts';
import { isOn, textOf, textsOf, type Given } from './tolerant.ts';
import { waitForDrift } from './wait-for-drift.ts';
import type { Work } from './work.ts';

/** One tool, as data: what a model sees of it, and what it does. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Optional parameters by name: JSON type and what it is for. */
  readonly input: Readonly<
    Record<string, { readonly type: 'string' | 'number' | 'boolean' | 'array'; readonly description: string }>
  >;
  run(server: ToolServer, given: Given, signal: AbortSignal): Promise<string>;
}

export interface ToolServer {
  readonly context: Context;
  readonly world: MonitorWorld;
  readonly work: Work;
}

const sameTextMs = 10 * 60_000;

const card = {
  task_id: { type: 'string', description: 'the card; default: yours' },
  board: { type: 'string', description: "Hermes' slug of the board; default: yours" },
} as const;
const session = { session: { type: 'string', description: 'only this session' } } as const;

export const tools: readonly Tool[] = [
  {
    name: 'wait_for_drift',
    description:
      'The whole monitoring loop in one call: looks, repairs the registry, comments news on the card, sends heartbeats, watches for a stop comment. Returns when time is up, when something needs your judgement, or when monitoring is over. Call it again and again; "no drift" means: call it again. An answer that begins with "stopped:" means: it is over, end your turn.',
    input: { ...card, max_seconds: { type: 'number', description: 'how long to wait; default 240, at most 570' } },
    run: waitForDrift,
  },
  {
    name: 'reconcile',
    description: 'One pass: looks at tmux and the agents, repairs the registry, answers what is new.',
    input: { dry_run: { type: 'boolean', description: 'look only, write nothing' }, ...session },
    run: async ({ work }, given, signal) => {
      const dryRun = isOn(given, 'dry_run');
      const result = await work.pass(dryRun ? 'dry-run' : 'loop', signal);
      const { opened, resolved } = await work.news();
      const fresh = dryRun ? result.opened.filter(({ id }) => !opened.some((one) => one.id === id)) : [];
      const name = textOf(given, 'session');
      const isAsked = (one: { session: string | null; sessions?: readonly string[] }): boolean =>
        name === null || one.session === name || one.sessions?.includes(name) === true;
      const news = {
        opened: [...opened, ...fresh].filter(isAsked),
        resolved: resolved.filter(({ drift }) => isAsked(drift)),
      };
      const lines = newsLines(news, dryRun);
      return lines.length === 0 ? quiet(result) : answer([...lines, counts(result)]);
    },
  },
  {
    name: 'comment',
    description:
      'Puts what is new on the card, or your own text; each thing once. Answers what was posted, and what had been said before.',
    input: {
      ...card,
      text: { type: 'string', description: 'your text; default: the news' },
      drift_ids: { type: 'array', description: 'the drifts that you mean' },
    },
    run: comment,
  },
  {
    name: 'heartbeat',
    description: 'Tells the board that monitoring is alive, and how many drifts were detected.',
    input: { ...card, note: { type: 'string', description: 'your words instead' } },
    run: async ({ work }, given, signal) => {
      const { run } = await work.card(given, signal);
      return run.heartbeat(signal, textOf(given, 'note') ?? undefined);
    },
  },
  {
    name: 'block_on_stop',
    description: 'Looks for a comment that asks to stop monitoring; if there is one, blocks the card and says so.',
    input: card,
    run: async ({ work }, given, signal) => {
      const of = await work.card(given, signal);
      const over = await of.run.isOver(signal);
      return over === null ? 'monitoring is still wanted' : work.end(of, over);
    },
  },
  {
    name: 'status',
    description: 'What runs where: every session with its agent, state, conversation id and job. Writes nothing.',
    input: session,
    run: async ({ context }, given) => {
      const name = textOf(given, 'session');
      const report = await context.pass({ mode: 'look' });
      const rows = sessionRows(report).filter((row) => name === null || row.session === name);
      if (rows.length === 0) return name === null ? 'no sessions' : `no session ${clean(name)} in the registry`;
      return answer(
        rows.map((row) =>
          clean(
            [
              row.session,
              row.agent ?? '?',
              row.state,
              row.id ?? 'no id',
              ...(row.job === null ? [] : [`job ${row.job}`]),
            ].join(' · '),
          ),
        ),
      );
    },
  },
  {
    name: 'explain',
    description: 'Why we believe what we believe about a session: the evidence, with its source and time.',
    input: session,
    run: async ({ context }, given) => {
      const name = textOf(given, 'session');
      if (name === null) {
        const { registry } = await context.pass({ mode: 'look' });
        const names = (registry?.entries ?? []).map((entry) => clean(entry.session));
        return answer(names.length === 0 ? ['no sessions'] : ['choose a session:', ...names]);
      }
      const lines: string[] = [];
      for await (const { text } of explainOperation.run(context, { words: [name], values: {}, json: false }))
        lines.push(text);
      return answer(lines.join('\n').split('\n'));
    },
  },
];

async function comment({ work, world }: ToolServer, given: Given, signal: AbortSignal): Promise<string> {
  const { board, run } = await work.card(given, signal);
  const { log, now, settings } = world.ports;
  const stopPhrases = world.settings.stop.phrases;
  const reader = { log, board, card: run.card, now, graceMs: settings.graceMs, stopPhrases };
  const before = (await board.show(run.card, signal)).comments.length;
  const text = textOf(given, 'text');
  if (text !== null) {
    const isNew = await sayUnlessSaid(reader, text, sameTextMs, signal);
    return isNew ? 'posted' : 'said before: nothing posted';
  }
  const heldUntil = await tellCard(reader, signal);
  const posted = (await board.show(run.card, signal)).comments.slice(before).map(({ body }) => clean(body));
  const wanted = textsOf(given, 'drift_ids');
  const rest = [
    ...(heldUntil === null ? [] : ['a death is held back for a few seconds: its killer may still write it down']),
    ...(wanted.length > 0 && posted.length === 0 ? [`said before: ${clean(wanted.join(', '))}`] : []),
  ];
  return answer(
    posted.length === 0 && rest.length === 0 ? ['no drift'] : [...posted.map((body) => `posted: ${body}`), ...rest],
  );
}
