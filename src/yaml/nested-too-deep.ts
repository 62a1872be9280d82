import { Lexer } from 'yaml';

/** So many brackets may be open at once, and so many columns and marks may stand before a value. */
const deepest = 200;

/**
 * Returns where the values of a text lie in each other too deep; `null`: nowhere. The parser goes as deep as the text
 * does; at the end of the stack V8 may end the whole process ("RegExpCompiler Allocation failed", Node 20.20), which
 * nothing can catch.
 */
export function nestedTooDeep(text: string): number | null {
  return mayBeDeep(text) ? deepOffset(text) : null;
}

/** Decides whether a text is worth to be cut into lexemes: that takes a fifth of the time of the parser. */
function mayBeDeep(text: string): boolean {
  let [brackets, level] = [0, 0];
  // Behind a quote or a `#` between brackets, a bracket may be a letter of a text: it closes nothing for certain.
  let maybeText = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '[' || letter === '{') brackets += 1;
    else if ((letter === ']' || letter === '}') && !maybeText) brackets = Math.max(0, brackets - 1);
    else if (letter === '"' || letter === "'" || letter === '#') maybeText ||= brackets > 0;
    else if (letter === '\n') level = 0;
    else if (letter === '-' || letter === '?' || letter === ':' || letter === ' ') level += 1;
    if (brackets > deepest || level > deepest) return true;
  }
  return false;
}

/** Lexemes that stand for no letter: they tell what follows. */
const noLetters = new Set(['\x02', '\x18', '\x1f']);

function deepOffset(text: string): number | null {
  let [offset, brackets, level] = [0, 0, 0];
  // Nothing but blanks, marks and properties stands on the line so far.
  let isAtStart = true;
  for (const lexeme of new Lexer().lex(text)) {
    if (noLetters.has(lexeme)) continue;
    if (lexeme === '[' || lexeme === '{') brackets += 1;
    if (lexeme === ']' || lexeme === '}') brackets -= 1;
    const isBlank = lexeme.trim() === '';
    if (isAtStart && (isBlank || /^[-?:]$/.test(lexeme))) level += lexeme.length;
    if (brackets > deepest || (isAtStart && !isBlank && level > deepest)) return offset;
    isAtStart &&= isBlank || /^(?:[-?:]$|[&!])/.test(lexeme);
    if (lexeme.endsWith('\n')) [isAtStart, level] = [true, 0];
    offset += lexeme.length;
  }
  return null;
}
