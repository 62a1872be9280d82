/** What a comment asks of the monitor. `ask`: it speaks of stopping, but it is not clear that it means us, now. */
export type StopReading = 'stop' | 'ask' | 'go-on';

/** Phrases that mean the monitor; more can be configured. */
const ownPhrases = ['stop monitoring', 'stop the monitor', 'stop watching'];

const negations = ["don't", 'do not', 'not', 'never', "can't", 'cannot', "shouldn't", 'no need to', 'without'];
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
  const phrases = [...ownPhrases, ...morePhrases.map(normal)].map((phrase) => phrase.split(' '));
  const readings = clausesOf(withoutQuotes(body)).map((clause) => readClause(clause, phrases));
  if (readings.includes('stop')) return 'stop';
  return readings.includes('ask') ? 'ask' : 'go-on';
}

/** Lines that begin with `>`, fenced blocks and text in backticks are somebody's words, not an order. */
function withoutQuotes(body: string): string {
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of body.split(/\r\n|\r|\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence !== null) {
      if (mark !== null && mark[0] === fence[0] && mark.length >= fence.length) fence = null;
      continue;
    }
    if (mark !== null) {
      fence = mark;
      continue;
    }
    lines.push(/^ {0,3}>/.test(line) ? '' : line);
  }
  return lines.join('\n').replace(/(`+)(?!`)([\s\S]*?[^`])\1(?!`)/g, ' ');
}

interface Clause {
  readonly words: readonly string[];
  readonly isQuestion: boolean;
}

function clausesOf(text: string): readonly Clause[] {
  return normal(text)
    .split(/(?<=[.,;:!?()[\]{}"“”„«»…\n—–])/)
    .map((piece) => ({
      words: wordsOf(piece),
      isQuestion: piece.trimEnd().endsWith('?'),
    }))
    .filter(({ words }) => words.length > 0);
}

function normal(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

/** Words as people type them; mentions and emoji count as nothing. */
function wordsOf(piece: string): readonly string[] {
  return piece
    .replace(/[.,;:!?()[\]{}"“”„«»…\n—–]/g, ' ')
    .replace(/(^|\s)@[\w.-]+/g, ' ')
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|[\u200d\ufe0f\u20e3]|\p{Regional_Indicator}/gu, ' ')
    .split(/\s+/)
    .map((word) => word.replace(/^[*_~'#]+|[*_~'#]+$/g, ''))
    .filter((word) => word !== '' && /[\p{L}\p{N}]/u.test(word));
}

function readClause({ words, isQuestion }: Clause, phrases: readonly (readonly string[])[]): StopReading {
  const found = findPhrase(words, phrases);
  if (found === null) return readBareStop(words, isQuestion);
  const before = words.slice(0, found.start);
  const after = words.slice(found.end);
  const negation = negationDistance(before);
  if (negation !== null && negation <= 3) return 'go-on';
  if (negation !== null || before.some((word) => conditions.has(word)) || isQuestion) return 'ask';
  return after.every((word) => harmless.has(word)) || reasons.has(after[0] ?? '') ? 'stop' : 'ask';
}

/** `stop` alone among polite words is an order; negated or asked it is talk; else it may mean something else. */
function readBareStop(words: readonly string[], isQuestion: boolean): StopReading {
  const at = words.indexOf('stop');
  if (at === -1) return 'go-on';
  if (negationDistance(words.slice(0, at)) !== null || isQuestion) return 'go-on';
  if (words.slice(0, at).some((word) => conditions.has(word))) return 'ask';
  return words.every((word) => word === 'stop' || empty.has(word)) ? 'stop' : 'ask';
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

/** How many words before the phrase the nearest negation ends: 1 is right before it. */
function negationDistance(before: readonly string[]): number | null {
  for (let distance = 1; distance <= before.length; distance += 1) {
    const upTo = before.slice(0, before.length - distance + 1);
    if (negations.some((negation) => endsWith(upTo, negation.split(' ')))) return distance;
  }
  return null;
}

function endsWith(words: readonly string[], ending: readonly string[]): boolean {
  return ending.every((word, index) => words[words.length - ending.length + index] === word);
}
