import { expect } from 'vitest';
import { readStop } from '../../../src/core/words/stop.ts';
import type { Target } from './target.ts';

/**
 * A comment of a person: only stop words stop. A plain comment, without marks of code and of quotes, is read as the rule
 * says it, which is written here a second time and in another way.
 */
export const stopComment: Target = {
  name: 'stop-comment',
  seeds: [
    'stop monitoring',
    'please stop the monitor now, thanks',
    "don't stop watching; it is not over",
    "you needn't stop watching, dont stop the monitor",
    '> stop monitoring\nok',
    'say `stop monitoring` when done\n```\nstop\n```\n',
    'stop monitoring because we are done?',
    'hey @monitor can you stop it now 🛑',
    'no need to stop monitoring the second session until it ends',
    "it's not needed any more, stop monitoring",
    'when all are done\nshould we never, ever stop?',
  ],
  parse: (text) => readStop(text),
  check: (text) => {
    const reading = readStop(text);
    if (isPlain(text)) expect(reading).toBe(plainReading(text));
    if (reading === 'stop') expect(mayStop(text)).toBe(true);
  },
};

/** Decides whether a text holds nothing whose reading needs more than the rule's own sentences. */
function isPlain(text: string): boolean {
  return /^(?!\s*-)[a-z\d ',.;:!?\n-]*$/i.test(text) && !/-\B|\B-|\n\s*-/.test(text);
}

const negation = /(^| )(don'?t|do not|not|never|can'?t|cannot|shouldn'?t|no need to|without)$/;
const condition = /(^| )(if|when|until|unless|say|says|write|type|comment|should|\S*n't)( |$)/;
const orders = /^(please|ok|now|it|thanks|you|can|hey|stop)( (please|ok|now|it|thanks|you|can|hey|stop))*$/;
const harmless =
  /^( (now|please|thanks|it|this|everything|all|here|today|immediately))*$|^ (because|as|since|and|then|until)( |$)/;

function plainReading(text: string): string {
  const clauses = text.toLowerCase().match(/[^,.;:!?\n]+[,.;:!?\n]*/g) ?? [];
  const readings = clauses.map((clause) => {
    const ends = /[?][,.;:!?\n]*$/.test(clause);
    const words = wordsOf(clause);
    const line = words.join(' ');
    return clauseReading(line, ends);
  });
  return ['stop', 'ask'].find((one) => readings.includes(one)) ?? 'go-on';
}

function wordsOf(clause: string): readonly string[] {
  return clause
    .split(/[\s,.;:!?]+/)
    .map((word) => word.replace(/^'+|'+$/g, ''))
    .filter((word) => /[a-z\d]/.test(word));
}

function clauseReading(line: string, isQuestion: boolean): string {
  const at = ` ${line} `.search(/ (stop monitoring|stop the monitor|stop watching) /);
  if (at === -1) return bareReading(line, isQuestion);
  const before = line.slice(0, at).trim();
  const after = line.slice(at).replace(/^stop (monitoring|the monitor|watching)/, '');
  const words = before === '' ? [] : before.split(' ');
  const distances = words
    .map((_, index) => index)
    .filter((index) => negation.test(words.slice(0, index + 1).join(' ')));
  const last = distances.at(-1);
  if (last !== undefined && words.length - last <= 3) return 'go-on';
  if (last !== undefined || condition.test(before) || isQuestion) return 'ask';
  return harmless.test(after) ? 'stop' : 'ask';
}

function bareReading(line: string, isQuestion: boolean): string {
  const words = line.split(' ');
  const at = words.indexOf('stop');
  if (at === -1) return 'go-on';
  const before = words.slice(0, at);
  if (isQuestion || before.some((_, index) => negation.test(before.slice(0, index + 1).join(' ')))) return 'go-on';
  return orders.test(line) ? 'stop' : 'ask';
}

/** Decides whether a text has a line that may be an order: a quoted one is none, and every order holds the word. */
function mayStop(text: string): boolean {
  return text.split(/\r\n|[\r\n]/).some((line) => /stop/i.test(line) && !/^ {0,3}>/.test(line));
}
