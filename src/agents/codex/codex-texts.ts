import { join } from 'node:path';
import { isObject, isText, objectIn } from '../../system/json.ts';
import type { ConversationText, ReadLines, TextReader } from '../agent.ts';
import { allRollouts } from './rollouts.ts';

/** Reads prompts in Codex' rollouts and `history.jsonl`, and titles in `session_index.jsonl` (measured with 0.171.0). */
export const codexTexts: TextReader = { conversation, folder, list: allRollouts };

type Line = Readonly<Record<string, unknown>>;

/** The other lines need not be parsed: they are most of a rollout, and long. */
const interesting = /"type":\s*"(?:user_message|UserMessage|turn_context|session_meta)"/;

function conversation(path: string, lines: ReadLines): readonly ConversationText[] | null {
  if (!path.endsWith('.jsonl')) return null;
  const texts: ConversationText[] = [];
  for (const text of lines(path)) {
    const line = interesting.test(text) ? objectIn(text) : null;
    const payload = line?.['payload'];
    if (line === null || !isObject(payload)) continue;
    // What its parent asks a sub-agent, no user typed.
    if (payload['thread_source'] === 'subagent' || isText(payload['parent_thread_id'])) return [];
    if (isText(payload['cwd'])) texts.push({ kind: 'folder', text: payload['cwd'], at: null });
    const prompt = promptIn(payload);
    const at = isText(line['timestamp']) ? timeOf(line['timestamp']) : null;
    if (prompt !== null) texts.push({ kind: 'prompt', text: prompt, at });
  }
  return texts;
}

/** Returns what the user typed. Older versions wrote it as a message of its own. */
function promptIn(payload: Line): string | null {
  if (payload['type'] === 'user_message') return isText(payload['message']) ? payload['message'] : null;
  const { item } = payload;
  if (!isObject(item) || item['type'] !== 'UserMessage' || !Array.isArray(item['content'])) return null;
  const texts = item['content'].flatMap((part: unknown) =>
    isObject(part) && isText(part['text']) ? part['text'] : [],
  );
  return texts.length === 0 ? null : texts.join('\n');
}

function* folder(root: string, lines: ReadLines): ReturnType<TextReader['folder']> {
  for (const text of lines(join(root, 'session_index.jsonl'))) {
    const { id, thread_name: title, updated_at: at } = objectIn(text) ?? {};
    if (isText(id) && isText(title)) yield { kind: 'title', text: title, at: isText(at) ? timeOf(at) : null, id };
  }
  for (const line of lines(join(root, 'history.jsonl'))) {
    const { session_id: id, text, ts } = objectIn(line) ?? {};
    if (isText(id) && isText(text)) yield { kind: 'prompt', text, at: typeof ts === 'number' ? ts * 1_000 : null, id };
  }
}

function timeOf(text: string): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
