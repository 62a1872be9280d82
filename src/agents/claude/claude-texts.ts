import { join } from 'node:path';
import { isId } from '../../core/model/conversation-id.ts';
import { anyConversation } from '../../system/file-reads.ts';
import { isObject, isText } from '../../system/json.ts';
import type { ConversationText, ReadLines, TextReader } from '../agent.ts';
import { parseLine, timeOf } from './transcript.ts';

/** Reads titles and prompts in Claude's transcripts, and the prompts in `history.jsonl` (measured with 2.1.332). */
export const claudeTexts: TextReader = {
  conversation,
  folder: history,
  *list(root, files) {
    const projects = join(root, 'projects');
    for (const folder of listed(files.names(projects, anyConversation))) {
      const path = join(projects, folder);
      const stat = files.stat(path, anyConversation);
      if (stat === null || stat === 'unreadable' || !stat.isDirectory()) continue;
      for (const name of listed(files.names(path, anyConversation))) {
        const id = name.slice(0, -ending.length);
        // Sub-agents' files have other names.
        if (name.endsWith(ending) && isId(id)) yield { id, path: join(path, name) };
      }
    }
  },
};

const ending = '.jsonl';

function listed(names: readonly string[] | null | 'unreadable'): readonly string[] {
  return names === null || names === 'unreadable' ? [] : names;
}

type Line = NonNullable<ReturnType<typeof parseLine>>;

/** The other lines need not be parsed: they are most of a transcript, and long. */
const interesting = /"type":\s*"(?:user|custom-title|ai-title|summary|last-prompt)"/;

/** Reads a transcript. The title that the user gave comes before those that Claude made. */
function* conversation(path: string, lines: ReadLines): Iterable<ConversationText> {
  const made: ConversationText[] = [];
  for (const text of lines(path)) {
    const line = interesting.test(text) ? parseLine(text) : null;
    if (line === null) continue;
    if (line['type'] === 'ai-title' || line['type'] === 'summary') made.push(...titleIn(line));
    else if (line['type'] === 'custom-title') yield* titleIn(line);
    else yield* promptIn(line);
  }
  yield* made;
}

/** Returns a title. Older versions named it `title` or `summary`. */
function titleIn(line: Line): readonly ConversationText[] {
  const title = ['customTitle', 'aiTitle', 'title', 'summary'].map((key) => line[key]).find(isText);
  return title === undefined ? [] : [{ kind: 'title', text: title, at: null }];
}

/** Returns what the user typed, and the folder in which that was. */
function promptIn(line: Line): readonly ConversationText[] {
  // At the end of a turn Claude repeats the prompt.
  if (line['type'] === 'last-prompt') return promptOf(line['lastPrompt'], null);
  const isOfUser = ['isMeta', 'isSidechain', 'isCompactSummary', 'toolUseResult'].every((key) => !line[key]);
  const { message, cwd } = line;
  const said = isOfUser && isObject(message) ? promptOf(wordsIn(message['content']), timeOf(line)) : [];
  return said.length > 0 && isText(cwd) ? [...said, { kind: 'folder', text: cwd, at: null }] : said;
}

/** Returns the text of a message: what it quotes, images and the results of tools are no text. */
function wordsIn(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  const texts = content.filter((part) => isObject(part) && part['type'] === 'text' && isText(part['text']));
  return texts.map((part) => part.text).join('\n');
}

function promptOf(words: unknown, at: number | null): readonly ConversationText[] {
  const text = isText(words) ? typedIn(words.trim()) : '';
  return text === '' || isBareCommand(text) ? [] : [{ kind: 'prompt', text, at }];
}

function isBareCommand(text: string): boolean {
  return /^\/[\w:-]+$/.test(text);
}

/** Returns what was typed at the prompt; empty for what Claude itself writes there. */
function typedIn(words: string): string {
  const inTag = (tag: string): string | undefined => new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(words)?.[1];
  if (words.startsWith('<bash-input>')) return `!${inTag('bash-input') ?? ''}`;
  if (words.startsWith('<command-')) return `${inTag('command-name') ?? ''} ${inTag('command-args') ?? ''}`.trim();
  return /^<(?:local-command-|bash-std|system-reminder>)/.test(words) ? '' : words;
}

/** Reads the prompts that Claude keeps of all conversations of a root, for its arrow-up key. */
function* history(root: string, lines: ReadLines): ReturnType<TextReader['folder']> {
  for (const text of lines(join(root, 'history.jsonl'))) {
    const line = parseLine(text);
    const { sessionId: id, project, display, timestamp } = line ?? {};
    if (!isText(id)) continue;
    const said = promptOf(display, typeof timestamp === 'number' ? timestamp : null);
    for (const one of said) yield { ...one, id };
    if (said.length > 0 && isText(project)) yield { kind: 'folder', text: project, at: null, id };
  }
}
