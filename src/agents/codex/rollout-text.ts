import { statSync } from 'node:fs';
import { isObject, jsonIn } from '../../system/json.ts';
import { fileKey, textAt, withRegular } from '../../system/read-regular.ts';

/** Rollouts may have gigabytes: only so much of the beginning and the end is read. */
const chunkBytes = 64 * 1024;

export interface RolloutText {
  /** The folder of the conversation, by its last turn, else by its first line. */
  readonly cwd: string | null;
  /** Another conversation's agent began it, not a user. */
  readonly isOfSubagent: boolean;
}

/** Reads the first and the last 64 KiB of rollouts, again only if they have changed. */
export class RolloutReader {
  bytesRead = 0;
  private readonly kept = new Map<string, { readonly key: string; readonly text: RolloutText }>();

  /** Reads a rollout's lines; `null`: it is compressed, gone by now, or cannot be read. */
  read(path: string): RolloutText | null {
    if (!path.endsWith('.jsonl')) return null;
    try {
      return this.readNow(path);
    } catch {
      return null;
    }
  }

  private readNow(path: string): RolloutText | null {
    const stat = statSync(path);
    const key = fileKey(stat);
    const known = this.kept.get(path);
    if (known?.key === key) return known.text;
    const text = withRegular(path, stat, (file, size): RolloutText => {
      const [first] = this.linesAt(file, 0);
      const last = this.linesAt(file, Math.max(0, size - chunkBytes)).findLast(({ type }) => type === 'turn_context');
      const { thread_source: source, parent_thread_id: parent } = first?.payload ?? {};
      return {
        cwd: folderOf(last) ?? folderOf(first),
        isOfSubagent: source === 'subagent' || typeof parent === 'string',
      };
    });
    if (text !== null) this.kept.set(path, { key, text });
    return text;
  }

  private linesAt(file: number, from: number): readonly Line[] {
    const { text, bytes } = textAt(file, from, chunkBytes);
    this.bytesRead += bytes;
    return text.split('\n').flatMap(lineIn);
  }
}

interface Line {
  readonly type: unknown;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Parses a line; none if it is half written, or cut by the chunk. Each pass loads this file, and zod takes 10 ms. */
function lineIn(text: string): Line[] {
  const line = jsonIn(text);
  return isObject(line) && isObject(line['payload']) ? [{ type: line['type'], payload: line['payload'] }] : [];
}

function folderOf(line: Line | undefined): string | null {
  const cwd = line?.payload['cwd'];
  return typeof cwd === 'string' ? cwd : null;
}
