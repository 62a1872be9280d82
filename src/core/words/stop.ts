import { withoutBlocks } from './quoted-blocks.ts';

/**
 * What a comment asks of the monitor. `ask`: it speaks of stopping, but does not clearly ask the monitor to stop now.
 */
export type StopReading = 'stop' | 'ask' | 'go-on';

/** Phrases that mean the monitor; more can be configured. */
const ownPhrases = ['stop monitoring', 'stop the monitor', 'stop watching'];

const negations = ["don't", 'do not', 'not', 'never', "can't", 'cannot', "shouldn't", 'no need to', 'without'].map(
  (negation) => negation.split(' '),
);
/** Negations as many write them. */
const withoutApostrophe = new Map([
  ['dont', "don't"],
  ['cant', "can't"],
  ['shouldnt', "shouldn't"],
]);
const conditions = new Set(['if', 'when', 'until', 'unless', 'say', 'says', 'write', 'type', 'comment', 'should']);
/** Words beside a bare `stop` that change nothing. */
const empty = new Set(['please', 'ok', 'now', 'it', 'thanks', 'you', 'can', 'hey']);
const harmless = new Set([
  'now',
  'please',
  'thanks',
  'it',
  'this',
  'everything',
  'all',
  'here',
  'today',
  'immediately',
]);
const reasons = new Set(['because', 'as', 'since', 'and', 'then', 'until']);

/**
 * Reads a comment clause by clause; the first rule that fits a clause decides it. One clause that stops is enough.
 * Quoted lines, code and fences are never counted.
 */
export function readStop(body: string, morePhrases: readonly string[] = []): StopReading {
  const phrases = [...ownPhrases, ...morePhrases.map(normal)].map(wordsOf).filter(({ length }) => length > 0);
  const readings = clausesOf(withoutQuotes(body)).map((clause) => readClause(clause, phrases));
  if (readings.includes('stop')) return 'stop';
  return readings.includes('ask') ? 'ask' : 'go-on';
}

/**
 * Returns a text of this program in which nothing reads as an order, for this monitor or another one of the card: what
 * would (a session's name, a board's words) stands in backticks.
 */
export function withoutOrders(text: string, morePhrases: readonly string[] = []): string {
  const isCalm = (part: string) => readStop(part, morePhrases) === 'go-on';
  const quoted = (line: string) => (line.trim() === '' ? line : `\`${line.replaceAll('`', "'")}\``);
  const calm = text
    .split('\n')
    .map((line) => (isCalm(line) ? line : quoted(line)))
    .join('\n');
  return isCalm(calm) ? calm : text.split('\n').map(quoted).join('\n');
}

/** Drops quoted lines, fenced blocks and text in backticks: they show other people's words and are no order. */
function withoutQuotes(body: string): string {
  const text = withoutBlocks(body.split(/\r\n|\r|\n/)).join('\n');
  // A code span ends in its paragraph, so a lone backtick does not swallow the text after an empty line. The span is
  // replaced by a word, so that the words around it do not become a bare order.
  return text.replace(/(?<!`)(`+)(?!`)((?:(?!\n[^\S\n]*\n)[^])*?[^`])\1(?!`)/g, ' code ');
}

const punctuation = /[.,;:!?¡¿()[\]{}<>|…\n—–。！？，；：、]/g;
const mark = punctuation.source;
/**
 * Clauses end behind one or more marks, at a hyphen or slash between blanks, and at a dash typed as `--`, but not at a
 * flag.
 */
const clauseEnds = new RegExp(`(?<=${mark})(?!${mark})|\\s[-/]+(?=\\s)|(?<=\\S)-{2,}|-{2,}(?=\\s|$)`);
const questionEnd = new RegExp(`[?？](?:${mark}|\\s)*$`);

interface Clause {
  readonly words: readonly string[];
  readonly isQuestion: boolean;
}

function clausesOf(text: string): readonly Clause[] {
  return withoutMentions(normal(text))
    .split(clauseEnds)
    .map((piece) => ({ words: wordsOf(piece), isQuestion: questionEnd.test(piece) }))
    .filter(({ words }) => words.length > 0);
}

/** Normalises a text. Quotation marks are dropped: they set words apart, but end no clause. */
function normal(text: string): string {
  return text
    .toLowerCase()
    .replace(/[‘’ʼ´′]/g, "'")
    .replace(/["“”„«»‹›「」『』《》]/g, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

/** Drops `@name`, `@first.last`, `@team/people`: their dots and slashes must not end a clause. */
function withoutMentions(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}_])@[\w-]+(?:[./][\w-]+)*/gu, ' ');
}

/** Splits a clause into its words. Emoji count as nothing, and so does the slash before an order in a chat. */
function wordsOf(piece: string): readonly string[] {
  return piece
    .replace(punctuation, ' ')
    .replace(
      /[\d#*]\ufe0f?\u20e3|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\u20e3|\p{Regional_Indicator}/gu,
      ' ',
    )
    .split(/\s+/)
    .map((word) => word.replace(/^[*_~'#/]+|[*_~'#]+$/g, ''))
    .map((word) => withoutApostrophe.get(word) ?? word)
    .filter((word) => word !== '' && /[\p{L}\p{N}]/u.test(word));
}

function readClause({ words, isQuestion }: Clause, phrases: readonly (readonly string[])[]): StopReading {
  const found = findPhrase(words, phrases);
  if (found === null) return readBareStop(words, isQuestion);
  const before = words.slice(0, found.start);
  const after = words.slice(found.end);
  const negation = negationDistance(before);
  if (negation !== null && negation <= 3) return 'go-on';
  if (negation !== null || before.some(isCondition) || isQuestion) return 'ask';
  return after.every((word) => harmless.has(word)) || reasons.has(after[0] ?? '') ? 'stop' : 'ask';
}

/**
 * Reads a clause with a bare `stop`: alone among polite words it is an order; negated or asked it is talk; else it may
 * mean something else.
 */
function readBareStop(words: readonly string[], isQuestion: boolean): StopReading {
  const at = words.indexOf('stop');
  if (at === -1) return 'go-on';
  if (negationDistance(words.slice(0, at)) !== null || isQuestion) return 'go-on';
  if (words.slice(0, at).some(isCondition)) return 'ask';
  return words.every((word) => word === 'stop' || empty.has(word)) ? 'stop' : 'ask';
}

/** Decides whether a word may turn what follows into no order: also any other negation, as in `needn't`. */
function isCondition(word: string): boolean {
  return conditions.has(word) || word.endsWith("n't");
}

function findPhrase(
  words: readonly string[],
  phrases: readonly (readonly string[])[],
): { readonly start: number; readonly end: number } | null {
  for (let start = 0; start < words.length; start += 1) {
    const phrase = phrases.find((one) => one.every((word, index) => words[start + index] === word));
    if (phrase !== undefined) return { start, end: start + phrase.length };
  }
  return null;
}

/** Returns how many words before the phrase the nearest negation ends: 1 is right before it. */
function negationDistance(before: readonly string[]): number | null {
  for (let end = before.length; end > 0; end -= 1) {
    const endsHere = (negation: readonly string[]) =>
      negation.every((word, index) => before[end - negation.length + index] === word);
    if (negations.some(endsHere)) return before.length - end + 1;
  }
  return null;
}
