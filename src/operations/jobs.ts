import { clean } from '../core/words/text.ts';
import { exitCode, UsageError } from '../errors.ts';
import { jobEventNames } from '../core/model/job.ts';
import { lastEvent, type JobMessage } from '../jobs/message.ts';
import type { Job } from '../jobs/schema.ts';
import { entryOf } from './sessions/entry-of.ts';
import { submitJob } from './jobs/submit-job.ts';
import type { JobAnswer, JobEventAnswer, JobsAnswer } from './answers/jobs.ts';
import type { Context } from './context.ts';
import { jobText, jobsText } from './text/job.ts';
import { numberOf, textOf, type Answer, type Input, type Operation } from './operation.ts';
import { painter } from './text/paint.ts';

/** The flags of each action; the others are refused. */
const flagsOf = { submit: ['session', 'prompt'], list: [], show: ['session'], event: ['session', 'exit'] } as const;
type Action = keyof typeof flagsOf;
const actions: readonly Action[] = ['submit', 'list', 'show', 'event'];

export const jobs: Operation<JobAnswer | JobsAnswer | JobEventAnswer> = {
  name: 'jobs',
  summary: 'delegate jobs: submit, list, show ID, event ID NAME',
  description:
    '`submit --session NAME --prompt TEXT` gives a session a job and prints its id. ' +
    `\`event ID ${jobEventNames.join('|')}\` says what happened to it. ` +
    'ID is the whole id, or the short one that `status` shows; `--session NAME` means the id that the registry names for that session.',
  argument: {
    name: 'action',
    description: `${actions.join(', ')}, and what belongs to it`,
    required: true,
    variadic: true,
    choices: actions,
  },
  flags: [
    { name: 'session', description: 'whose job it is', value: { kind: 'text', placeholder: 'name' } },
    {
      name: 'prompt',
      description: 'with submit: what is to be done; stands in the job file alone',
      value: { kind: 'text', placeholder: 'text' },
    },
    {
      name: 'exit',
      description: 'with event done or failed: the exit code, at most 255',
      value: { kind: 'count', least: 0, most: 255 },
    },
  ],
  async *run(context, input) {
    yield* actionOf(input)(context, input);
  },
};

type Run<Json = JobAnswer | JobsAnswer | JobEventAnswer> = (
  context: Context,
  input: Input,
) => AsyncIterable<Answer<Json>>;

function actionOf(input: Input): Run {
  const action = actions.find((one) => one === input.words[0]);
  if (action === undefined) {
    throw wrong(`jobs has no ${clean(input.words[0] ?? '')}`, `it is one of ${actions.join(', ')}`);
  }
  const allowed: readonly string[] = flagsOf[action];
  const foreign = Object.keys(input.values).find((flag) => !allowed.includes(flag));
  if (foreign !== undefined)
    throw wrong(`jobs ${action} takes no --${foreign}`, '`asm jobs --help` shows what it takes');
  return { submit, list, show, event }[action];
}

async function* submit(context: Context, input: Input): AsyncIterable<Answer<JobAnswer>> {
  wordsOf(input, 'submit', []);
  const session = textOf(input, 'session');
  const prompt = textOf(input, 'prompt');
  if (session === null || prompt === null) {
    throw wrong('jobs submit needs a session and a prompt', 'asm jobs submit --session NAME --prompt TEXT');
  }
  const ports = { log: context.log(), registryFile: context.registryFile(), jobs: context.jobs() };
  const job = await submitJob({ ...ports, signal: context.signal }, { session, prompt });
  await publish(context, lastEvent(job));
  yield { json: job, text: job.id, exit: exitCode.done };
}

async function publish({ settings, output, signal }: Context, message: JobMessage): Promise<void> {
  if (settings.mqtt === null) return;
  const { publishJob } = await import('../mqtt/publish-job.ts');
  await publishJob(settings, settings.mqtt, message, (line) => output.log('error', line), signal);
}

async function* list(context: Context, input: Input): AsyncIterable<Answer<JobsAnswer>> {
  wordsOf(input, 'list', []);
  const { jobs: all, blind } = await context.jobs().list();
  yield {
    json: { jobs: all },
    text: await jobsText(all, await unnamedAmong(all, context), painter(context.output.color)),
    exit: blind?.code ?? exitCode.done,
  };
  if (blind !== null) throw blind;
}

/** Returns waiting and running jobs that their session's entry does not name: `status` does not show them. */
async function unnamedAmong(all: readonly Job[], context: Context): Promise<readonly Job[]> {
  const open = all.filter(({ state }) => state === 'queued' || state === 'running');
  if (open.length === 0) return [];
  const { knowsEntries, registered } = await context.log().ledger();
  const read = await context.registryFile().read({ knowsEntries, registered, mayCache: false });
  if (read.kind !== 'read') return [];
  return open.filter(({ id, session }) => {
    const entries = read.registry.entries.filter((entry) => entry.session === session);
    return entries.length > 0 && entries.every(({ jobId }) => jobId !== id);
  });
}

async function* show(context: Context, input: Input): AsyncIterable<Answer<JobAnswer>> {
  const { id } = await jobOf(context, input, 'show', []);
  const job = await context.jobs().get(id);
  yield { json: job, text: jobText(job, painter(context.output.color)), exit: exitCode.done };
}

async function* event(context: Context, input: Input): AsyncIterable<Answer<JobEventAnswer>> {
  const { id, rest } = await jobOf(context, input, 'event', [jobEventNames.join('|')]);
  const word = rest[0] ?? '';
  const happened = jobEventNames.find((one) => one === word);
  if (happened === undefined)
    throw wrong(`there is no event ${clean(word)}`, `it is one of ${jobEventNames.join(', ')}`);
  const exit = numberOf(input, 'exit');
  if (exit !== null && happened !== 'done' && happened !== 'failed') {
    throw wrong(`--exit says nothing of a job that is ${happened}`, 'give it with done or failed');
  }
  const message = lastEvent(await context.jobs().record(id, happened, exit));
  await publish(context, message);
  yield { json: message, text: `job ${clean(message.id)}: ${message.state}`, exit: exitCode.done };
}

/** Returns the job that is meant, and the words after it. */
async function jobOf(context: Context, input: Input, action: Action, names: readonly string[]) {
  const session = textOf(input, 'session');
  if (session === null) {
    const [name = '', ...rest] = wordsOf(input, action, ['ID', ...names]);
    return { id: context.jobs().find(name), rest };
  }
  const rest = wordsOf(input, action, names);
  const { entry } = await entryOf(context.log(), context.registryFile().read, session);
  if (entry.jobId === null) {
    throw wrong(`${clean(session)} has no job`, 'asm jobs submit gives it one');
  }
  return { id: context.jobs().named(entry.jobId), rest };
}

/** Returns the words after the action, if there are neither too many nor too few. */
function wordsOf({ words }: Input, action: Action, names: readonly string[]): readonly string[] {
  const given = words.slice(1);
  if (given.length === names.length) return given;
  throw wrong(`jobs ${action} takes ${names.length === 0 ? 'no words' : names.join(' ')}`, usage(action, names));
}

function usage(action: Action, names: readonly string[]): string {
  return ['asm jobs', action, ...names].join(' ');
}

function wrong(message: string, cure: string): UsageError {
  return new UsageError(message, { cure });
}
