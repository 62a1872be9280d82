import * as z from 'zod';
import { jobStates } from '../core/model/job.ts';
import { canBeSocket, socketBytes } from '../core/place/socket-path.ts';
import { readStop } from '../core/words/stop.ts';
import type { AgentFacts } from '../core/model/agent.ts';
import { crowd, defaults, levels, logLevels, shortestIntervalMs } from './defaults.ts';
import { brokerUrlExpected, isBrokerUrl } from './broker-url.ts';
import { durationExpected, parseDuration } from './duration.ts';
import { notifySchema } from './notify-schema.ts';
import { registerPattern } from './register-pattern.ts';

const dayMs = 86_400_000;
const path = z.string().min(1, 'expected a path');
const aPort = 'expected a whole number from 0 to 65535';
const port = z.int(aPort).min(0, aPort).max(65_535, aPort);

/** Matches a topic filter (MQTT 3.1.1, 4.7). With one wrong filter the broker refuses all of them. */
const topicFilter = /^(?=.)(?:(?:[^+#/\p{Cc}]*|\+)\/)*(?:[^+#/\p{Cc}]*|\+|#)$/u;

/** The fields of a delegate job's file. */
const jobFields = [
  'id',
  'session',
  'workspace',
  'agent',
  'prompt',
  'state',
  'created_at',
  'updated_at',
  'exit',
  'events',
] as const;

/** The config file without its agents. `docs/configuration.md` is generated from the descriptions. */
export const configSchema = z.strictObject({
  registry: z
    .strictObject({
      path: path.optional().describe(`The registry file. Default: \`${defaults.registry}\`.`),
      lock: path.optional().describe('The lock file that all writers take with `flock`. Default: `<registry>.lock`.'),
      register_pattern: registerPattern()
        .optional()
        .describe(
          'A regular expression with the groups `workspace` and `agent`: sessions whose name it matches are registered. Default: `<workspace>-creator-<agent>`, with the name of every agent that is known.',
        ),
      write_host: z
        .boolean()
        .optional()
        .describe('New entries name their host. Default: only where another entry does.'),
    })
    .optional(),
  tmux: z
    .strictObject({
      sockets: z
        .array(socketPath())
        .optional()
        .describe('Socket paths to ask beside the default one. Default: they are looked for.'),
    })
    .optional(),
  hermes: z
    .strictObject({
      command: z
        .string()
        .min(1)
        .optional()
        .describe(`Hermes' command. Default: \`${defaults.hermesCommand}\`, found on PATH.`),
    })
    .optional(),
  jobs: z
    .strictObject({
      dir: path
        .optional()
        .describe(
          `The folder of the delegate jobs. Default: \`\${XDG_STATE_HOME:-~/.local/state}/${defaults.jobsDir}\`.`,
        ),
      map: z
        .strictObject({
          topic: z
            .string()
            .regex(/^(?!\$)[^+#\p{Cc}]*\{id\}[^+#\p{Cc}]*$/u, 'expected a topic that holds {id}, without + and #')
            .optional()
            .describe(`The topic of a job's events. Default: \`${defaults.jobTopic}\`.`),
          fields: z
            .partialRecord(z.enum(jobFields), z.string().min(1))
            .optional()
            .describe(
              `Another tool's names of a job's fields, such as \`{ id: job_id, state: status }\`. Ours: ${jobFields.map((name) => `\`${name}\``).join(', ')}.`,
            ),
          states: z
            .record(z.string().min(1), z.enum(jobStates))
            .optional()
            .describe(
              `The meaning of another tool's words for a job's state, such as \`{ in_progress: running }\`. Ours: ${jobStates.map((name) => `\`${name}\``).join(', ')}.`,
            ),
        })
        .optional(),
    })
    .optional(),
  mqtt: z
    .strictObject({
      url: z
        .string()
        .refine(isBrokerUrl, brokerUrlExpected)
        .optional()
        .describe(
          'The broker, such as `mqtts://user:password@host:8883`, the password percent-encoded (`%23` for `#`). Default: none; then messages neither come nor go.',
        ),
      user: z.string().min(1).optional().describe('The user, if the URL names none.'),
      password_file: path.optional().describe('A file that holds nothing but the password. Default: no password.'),
      ca_file: path
        .optional()
        .describe("The certificate of the authority that signed the broker's certificate (`mqtts://`)."),
      topics: z
        .array(z.string().regex(topicFilter, 'expected a topic, in which `+` is a level and `#` the last one'))
        .optional()
        .describe(
          'Topics (with `+` and `#`) whose messages mean "look again now". Default: the topics of `jobs.map.topic`, and `<prefix>/+/hint`.',
        ),
      prefix: z
        .string()
        .regex(
          /^(?!\$)[^+#/\p{Cc}][^+#\p{Cc}]*$/u,
          'expected the beginning of a topic, without + and #, and not one of the broker ($)',
        )
        .optional()
        .describe(`The beginning of the program's own topics. Default: \`${defaults.mqttPrefix}\`.`),
    })
    .optional(),
  monitor: z
    .strictObject({
      interval: duration(shortestIntervalMs)
        .optional()
        .describe(
          `Time between two passes. Default: \`${seconds(defaults.intervalMs)}\`; \`${seconds(defaults.crowdedIntervalMs)}\` if one workspace runs ${crowd} sessions.`,
        ),
      heartbeat: duration(shortestIntervalMs)
        .optional()
        .describe(`Time between two heartbeats. Default: \`${defaults.heartbeatMs / 60_000}m\`.`),
      level: z.enum(levels).optional().describe(`What goes on the card. Default: \`${defaults.level}\`.`),
    })
    .optional(),
  attention: z
    .strictObject({
      after: duration(0)
        .optional()
        .describe(
          `How long an agent must wait for you before that is told. Default: \`${minutes(defaults.attentionAfterMs)}\`.`,
        ),
      worked: duration(0)
        .optional()
        .describe(
          `How long an agent must have worked before \`finished\` is told of it. Default: \`${minutes(defaults.attentionWorkedMs)}\`.`,
        ),
      card: z.boolean().optional().describe('Agents that wait for you are named on the card too. Default: `false`.'),
      snooze: z
        .array(z.string().min(1))
        .optional()
        .describe('Sessions of which no waiting is ever told. For a while: `asm snooze`. Default: none.'),
    })
    .optional(),
  notify: notifySchema.optional().describe('Who is told beside the card. Default: the card alone is told.'),
  history: z
    .strictObject({
      keep: duration(dayMs)
        .optional()
        .describe(
          `How long the state history is kept, such as \`14d\`. Default: \`${defaults.historyKeepMs / dayMs}d\`.`,
        ),
    })
    .optional(),
  page: z
    .strictObject({
      port: port.optional().describe('Its port; 0: that of the last page, or any. Default: `0`.'),
      comments: z.boolean().optional().describe('The page may comment on the local card. Default: `false`.'),
    })
    .optional(),
  stop: z
    .strictObject({
      phrases: z.array(stopPhrase()).optional().describe('More phrases that mean `stop monitoring`. Default: none.'),
    })
    .optional(),
  judge: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .describe('An OpenAI-compatible endpoint that is asked whether watching is still wanted.'),
      model: z.string().min(1).describe('The model of the endpoint.'),
      api_key_file: path.optional().describe('A file that holds nothing but the key. Default: no key.'),
    })
    .optional(),
  log_level: z
    .enum(logLevels)
    .optional()
    .describe(
      `What stderr shows beside the failure that ends a command. \`error\`, \`warn\`, \`info\`: the log from that level on; \`debug\`: the failure's stack too; \`silent\`: nothing. Default: \`${defaults.logLevel}\`.`,
    ),
});

/** The content of the config file, with the folders of the agents by their names. */
export type Config = z.infer<typeof configSchema> & {
  readonly agents?: Readonly<Record<string, readonly string[]>>;
};

/** Returns the schema of one agent's part of the config file. */
export function agentSchema({ title, setting: { key, usual, variable, below } }: AgentFacts) {
  const first = variable === null ? '' : `\`$${[variable, ...(below === undefined ? [] : [below])].join('/')}\`, else `;
  const folders = key === 'roots' ? z.array(path) : path.transform((one) => [one]);
  const what = `${title}'s ${key === 'roots' ? 'folders' : 'folder'}`;
  return z.strictObject({ [key]: folders.optional().describe(`${what}. Default: ${first}\`${usual}\`.`) }).optional();
}

function minutes(ms: number): string {
  return `${ms / 60_000}m`;
}

function seconds(ms: number): string {
  return `${ms / 1_000}s`;
}

function duration(least: number) {
  const message = `expected ${durationExpected(least)}`;
  return z.string({ error: message }).transform((text, context) => {
    const value = parseDuration(text);
    if (value !== null && value >= least) return value;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

function socketPath() {
  return path.refine(canBeSocket, {
    error: `expected a path of at most ${socketBytes} bytes: no tmux can listen at it`,
  });
}

/** Makes the schema of a phrase to stop, which must be read as a stop when it is a comment by itself. */
function stopPhrase() {
  return z.string().refine((phrase) => readStop(phrase, [phrase]) === 'stop', {
    error: 'expected words that can stand alone in a comment, without marks or backticks between them',
  });
}
