import { waitSeconds } from '../config/defaults.ts';
import type { Board } from '../board/board.ts';
import { clean, cutTo } from '../core/text.ts';
import { sayUnlessSaid } from '../tell/card.ts';
import { explain as explainOperation } from '../operations/explain.ts';
import { sessionRows } from '../operations/session-rows.ts';
import { shellCommand } from '../tell/shell-command.ts';
import { answer, counts, historySince, newsLines, quiet } from './answer.ts';
import { postNews } from './post-news.ts';
import { isOn, textOf, textsOf, type Given } from './tolerant.ts';
import { waitForDrift } from './wait-for-drift.ts';
import type { Tool, ToolServer } from './tool.ts';

const sameTextMs = 10 * 60_000;
const noteBytesAtMost = 500;

const card = {
  task_id: { type: 'string', description: 'the card; default: yours' },
  board: { type: 'string', description: "Hermes' slug of the board; default: yours" },
} as const;
const session = { session: { type: 'string', description: 'only this session' } } as const;

const wait = `how long to wait; default ${waitSeconds.usual}, at most ${waitSeconds.most}`;

export const tools: readonly Tool[] = [
  {
    name: 'wait_for_drift',
    description:
      'The whole monitoring loop in one call: looks, repairs the registry, comments news on the card, sends heartbeats, watches for a stop comment. Returns when time is up, when something needs your judgement, or when monitoring is over. Call it again and again; "no drift" means: call it again. An answer that begins with "stopped:" means: it is over, end your turn.',
    input: { ...card, max_seconds: { type: 'number', description: wait } },
    run: waitForDrift,
  },
  {
    name: 'reconcile',
    description: 'One pass: looks at tmux and the agents, repairs the registry, answers what is new.',
    input: { dry_run: { type: 'boolean', description: 'look only, write nothing' }, ...session },
    run: async ({ work, world }, given, signal) => {
      const dryRun = isOn(given, 'dry_run');
      const result = await work.pass(dryRun ? 'dry-run' : 'loop', signal);
      const news = await work.reader.news();
      const { opened, resolved, since } = news;
      const fresh = dryRun ? result.opened.filter(({ id }) => !opened.some((one) => one.id === id)) : [];
      const name = textOf(given, 'session');
      const isAsked = (one: { session: string | null; sessions?: readonly string[] }): boolean =>
        name === null || one.session === name || one.sessions?.includes(name) === true;
      const shown = {
        opened: [...opened, ...fresh].filter(isAsked),
        resolved: resolved.filter(({ drift }) => isAsked(drift)),
      };
      const lines = newsLines(shown, dryRun);
      const { registry } = world.settings;
      if (lines.length === 0) return { text: quiet(result, registry), news, shown };
      const rest = dryRun ? shellCommand(registry, 'reconcile', '--dry-run') : historySince(since, result.at, registry);
      return { text: answer([...lines, counts(result)], rest), news, shown };
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
    run: ({ work }, given, signal) => {
      const note = cutTo(textOf(given, 'note') ?? '', noteBytesAtMost);
      return work.onRunning(
        given,
        async (of) => {
          const judged = await work.judge(of, signal);
          if (typeof judged === 'string') return judged;
          const text = await of.lane.run(() => of.run.heartbeat(signal, note === '' ? undefined : note));
          return judged.kind === 'unknown' ? `${silent(judged.reason)}\n${text}` : text;
        },
        async (board, { id }) => {
          const text = note === '' ? 'monitoring is alive' : note;
          await board.heartbeat(id, text, signal);
          return text;
        },
      );
    },
  },
  {
    name: 'block_on_stop',
    description: 'Looks for a comment that asks to stop monitoring; if there is one, blocks the card and says so.',
    input: card,
    run: ({ work }, given, signal) =>
      work.onRunning(
        given,
        async (of) => {
          const judged = await work.judge(of, signal);
          if (typeof judged === 'string') return judged;
          return judged.kind === 'unknown' ? silent(judged.reason) : 'monitoring is still wanted';
        },
        (_, { id, status }) => Promise.resolve(`card ${clean(id)} is ${status}: there is no run to stop`),
      ),
  },
  {
    name: 'status',
    description: 'What runs where: every session with its agent, state, conversation id and job. Writes nothing.',
    input: session,
    run: async ({ context, world }, given) => {
      const name = textOf(given, 'session');
      const report = await context.pass({ mode: 'dry-run' });
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
        shellCommand(world.settings.registry, 'status'),
      );
    },
  },
  {
    name: 'explain',
    description: 'Why we believe what we believe about a session: the evidence, with its source and time.',
    input: session,
    run: async ({ context, world }, given) => {
      const name = textOf(given, 'session');
      const { registry: place } = world.settings;
      if (name === null) {
        const { registry } = await context.pass({ mode: 'dry-run' });
        const names = registry.entries.map((entry) => clean(entry.session));
        const lines = names.length === 0 ? ['no sessions'] : ['choose a session:', ...names];
        return answer(lines, shellCommand(place, 'status'));
      }
      const lines: string[] = [];
      for await (const { text } of explainOperation.run(context, { words: [name], values: {}, json: false }))
        lines.push(text);
      return answer(lines.join('\n').split('\n'), shellCommand(place, 'explain', '--', name));
    },
  },
];

function comment({ work, world }: ToolServer, given: Given, signal: AbortSignal): Promise<string> {
  const onto = (board: Board, card: string): Promise<string> => {
    const { log, now, settings } = world.ports;
    const { registry, stop } = world.settings;
    const { graceMs } = settings;
    const reader = { log, board, card, now, registry, graceMs, stopPhrases: stop.phrases };
    const text = textOf(given, 'text');
    if (text === null) return postNews(reader, textsOf(given, 'drift_ids'), signal);
    return sayUnlessSaid(reader, text, sameTextMs, signal).then((isNew) =>
      isNew ? 'posted' : 'said before: nothing posted',
    );
  };
  return work.onRunning(
    given,
    ({ board, run, lane }) => lane.run(() => onto(board, run.card)),
    (board, { id }) => onto(board, id),
  );
}

function silent(reason: string): string {
  return `the board did not answer: ${clean(reason)}`;
}
