import * as z from 'zod';
import type { Fixed } from '../../core/model/fixed.ts';
import { blind, time } from '../../pass/document.ts';
import { sessionRow } from './sessions.ts';

const match = z.strictObject({
  in: z.enum(['session', 'workspace', 'id', 'folder', 'title', 'prompt']),
  text: z.string().describe('the words with what stands around them, on one line'),
  at: time.nullable().describe('when that prompt was typed; null: not known, or no prompt'),
  id: z.string().nullable().describe('the conversation that it is about; null: it is about the session'),
});

const matches = z.array(match.meta({ id: 'match', description: 'A place where the words are.' }));

const about = {
  title: z.string().nullable().describe('of its conversation'),
  folder: z.string().nullable().describe('where the conversation was begun, or goes on'),
  matches,
};

const foundSession = sessionRow
  .extend(about)
  .meta({ id: 'found session', description: 'One entry of the registry, and where the words are in it.' });

const foundConversation = z
  .strictObject({
    agent: z.string(),
    id: z.string(),
    running: z.boolean().describe('a living process runs it'),
    changed: time.nullable().describe('when it was changed last, as far as that is known'),
    resume: z.string().nullable().describe('a line for a shell that goes on with it'),
    not_resumed: z.string().nullable().describe('why there is no such line'),
    ...about,
  })
  .meta({ id: 'found conversation', description: 'A conversation that no entry names.' });

export const findAnswer = z.strictObject({
  sessions: z.array(foundSession).describe('in the order of the registry'),
  conversations: z.array(foundConversation).describe('the newest 50, that which was changed last first'),
  read: z.int().describe('how many conversations were read'),
  unread: z
    .array(z.strictObject({ path: z.string(), reason: z.string(), cure: z.string() }))
    .describe('what should have been read and could not: the words may be there'),
  left_out: z.array(z.string()).describe('what was not read on purpose, and why'),
  blind: z.array(blind),
});

export type FindAnswer = Fixed<z.infer<typeof findAnswer>>;
export type FoundSession = Fixed<z.infer<typeof foundSession>>;
export type FoundMatch = Fixed<z.infer<typeof match>>;
