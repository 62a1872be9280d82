import { UsageError } from '../errors.ts';
import type { DumpAnswer, Explained, ReplayAnswer } from './answers/sessions.ts';
import { explainSession } from './explain/explain-session.ts';
import { isOn, textOf, type Input, type Operation } from './operation.ts';

export const explain: Operation<Explained | { readonly sessions: readonly Explained[] } | DumpAnswer | ReplayAnswer> = {
  name: 'explain',
  summary: 'why we believe what we believe about a session: every piece of evidence, with its source and time',
  description:
    'With --dump it writes what one pass saw into a file instead, and with --replay it plans on such a file: without tmux and without a registry, on any machine (docs/reporting-a-fault.md).',
  argument: {
    name: 'session',
    description: 'as the registry names it',
    required: true,
    unless: ['dump', 'replay'],
  },
  flags: [
    { name: 'screen', description: "adds the pane's last lines, captured now and stored nowhere" },
    {
      name: 'dump',
      description: 'writes what a pass sees now, and what it would do, into a new file',
      value: { kind: 'text', placeholder: 'file' },
    },
    { name: 'redact', description: 'with --dump: replaces names, ids, hosts and paths, each word by the same one' },
    {
      name: 'replay',
      description: 'plans on a file that --dump wrote, by its own clock, and compares the plans',
      value: { kind: 'text', placeholder: 'file' },
    },
  ],
  async *run(context, input) {
    assertGoTogether(input);
    const [name] = input.words;
    const [dump, replay] = [textOf(input, 'dump'), textOf(input, 'replay')];
    if (replay !== null) {
      const { replayDump } = await import('./explain/replay-dump.ts');
      yield replayDump(context, replay, name ?? null);
    } else if (dump !== null) {
      const { makeDump } = await import('./explain/make-dump.ts');
      yield makeDump(context, dump, isOn(input, 'redact'));
    } else {
      const report = await context.pass({ mode: 'dry-run' });
      yield explainSession(context, report, name ?? '', isOn(input, 'screen'));
    }
  },
};

/**
 * Refuses flags that mean nothing together.
 * @throws UsageError
 */
function assertGoTogether(input: Input): void {
  const [dumps, replays] = ['dump', 'replay'].map((flag) => textOf(input, flag) !== null);
  const fault = (message: string): UsageError =>
    new UsageError(message, { cure: '`asm explain --help` shows what it takes' });
  if (dumps === true && replays === true) throw fault('--dump and --replay do not go together');
  if (dumps === true && input.words.length > 0) throw fault('--dump holds every session: it takes no name');
  if (isOn(input, 'redact') && dumps !== true) throw fault('--redact belongs to --dump');
  if (isOn(input, 'screen') && (dumps === true || replays === true)) throw fault('--screen shows panes of now only');
}
