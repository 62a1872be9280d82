import * as z from 'zod';
import { driftKinds } from '../core/drift/index.ts';
import { byteLength, clean } from '../core/words/text.ts';
import { usualNotices } from './defaults.ts';

const text = z.string().min(1, 'expected some text');
/** Files are called after it. */
const name = text.refine((given) => clean(given) === given && byteLength(given) <= 60, {
  error: 'expected a name of at most 60 bytes, without control characters',
});
const path = z.string().min(1, 'expected a path');

/** What a notifier can tell: every kind of drift, and `finished`: an agent worked for a while and now idles. */
const noticeKinds = [...driftKinds.map(({ name }) => name), 'finished'];

/** The keys that every notifier has. */
const common = {
  name: name.optional().describe('Its name in `asm notify test NAME` and in messages. Default: its kind.'),
  on: z
    .array(z.enum(noticeKinds))
    .optional()
    .describe(`What it tells. Default: ${usualNotices.map((kind) => `\`${kind}\``).join(', ')}.`),
  workspaces: z.array(text).optional().describe('Only sessions of these workspaces. Default: all.'),
  quiet_hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'expected hours such as 22:00-07:00')
    .refine((hours) => hours.slice(0, 5) !== hours.slice(6), { error: 'expected an end other than the beginning' })
    .optional()
    .describe('Local time in which nothing is sent; one summary follows at its end. Default: none.'),
};

/** An address, in the config or in a file of its own: the address of a chat's hook is a secret. */
const address = {
  url: z
    .url({ protocol: /^https?$/, error: 'expected an address that begins with http:// or https://' })
    .optional()
    .describe('The address.'),
  url_file: path.optional().describe('A file that holds nothing but the address, in place of `url`.'),
};
const token = { token_file: path.optional().describe('A file that holds nothing but the bearer token.') };

/** One notifier. `docs/configuration.md` and `docs/notify.md` are generated from the descriptions. */
export const notifierSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('desktop'), ...common }),
    z.strictObject({ kind: z.literal('ntfy'), ...common, ...address, ...token }),
    z.strictObject({
      kind: z.literal('webhook'),
      ...common,
      ...address,
      ...token,
      secret_file: path.optional().describe('A file with the key that signs each message (HMAC-SHA256).'),
      format: z
        .enum(['json', 'slack', 'discord', 'teams'])
        .optional()
        .describe('What the receiver understands. Default: `json`.'),
    }),
    z.strictObject({ kind: z.literal('hermes'), ...common, to: text.describe('What `hermes send --to` takes.') }),
    z.strictObject({
      kind: z.literal('command'),
      ...common,
      argv: z
        .array(text)
        .min(1, 'expected a program and its arguments')
        .describe('The program and its arguments; it reads the notice as JSON on its standard input.'),
    }),
  ])
  .refine(
    (one) =>
      (one.kind !== 'ntfy' && one.kind !== 'webhook') || (one.url === undefined) !== (one.url_file === undefined),
    {
      error: 'expected either url or url_file',
    },
  );

/**
 * The list of notifiers. Each has a name of its own: its position in the log is kept in a file of that name, and some
 * file systems do not tell small letters from capitals.
 */
export const notifySchema = z.array(notifierSchema).superRefine((list, context) => {
  const names = list.map(({ kind, name = kind }) => name);
  const files = names.map((name) => name.toLowerCase());
  names.forEach((name, index) => {
    if (files.indexOf(name.toLowerCase()) === index) return;
    const message = `a second notifier is called ${clean(name)}: give one of them another name`;
    context.addIssue({ code: 'custom', message, path: [index] });
  });
});
