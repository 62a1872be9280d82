import { realpathSync, statSync } from 'node:fs';
import { anyConversation, type FileReads } from '../../system/file-reads.ts';
import { textAt, withRegular } from '../../system/read-regular.ts';

/** Of the beginning of a file so much is read; bytes. */
const headBytes = 64 * 1024;

/** The files of one agent, read below its folders only: a link could lead to any file of the user's. */
export class TextFiles {
  /** Links that lead out of the agent's folders. */
  readonly leadingOut = new Set<string>();
  /** The files of which only the end and the beginning were read. */
  readonly cut = new Set<string>();
  readonly #realRoots: readonly string[];
  readonly #files: FileReads;
  readonly #budget: Budget;

  constructor(roots: readonly string[], files: FileReads, budget: Budget) {
    this.#files = files;
    this.#budget = budget;
    this.#realRoots = roots.flatMap((root) => this.#real(root) ?? []);
  }

  /**
   * Returns the last lines of a file, the last one first, then lines of its beginning. What cannot be read is noted.
   * @param limit bytes of its end
   */
  lines(path: string, limit: number): readonly string[] {
    try {
      const real = this.#within(path);
      if (real === null) return [];
      const text = withRegular(real, statSync(real), (file, size) => this.#endsOf(file, size, limit, path));
      if (text === null) this.#files.file(path, anyConversation);
      return text ?? [];
    } catch (error) {
      this.#files.note(path, anyConversation, error);
      return [];
    }
  }

  /** Returns the names in a folder, none if it lies elsewhere. */
  readonly names: FileReads['names'] = (folder, hides) =>
    this.#within(folder) === null ? [] : this.#files.names(folder, hides);

  /** Returns a path without links; `null`: nothing is there, or it leads out of the agent's folders. */
  #within(path: string): string | null {
    const real = this.#real(path);
    if (real === null || this.#realRoots.some((root) => `${real}/`.startsWith(`${root}/`))) return real;
    this.leadingOut.add(path);
    return null;
  }

  #real(path: string): string | null {
    try {
      return realpathSync(path);
    } catch {
      // Notes what is there and cannot be read.
      this.#files.stat(path, anyConversation);
      return null;
    }
  }

  #endsOf(file: number, size: number, limit: number, path: string): readonly string[] {
    const from = Math.max(0, size - limit);
    const end = textAt(file, from, size - from);
    this.#budget.left -= end.bytes;
    if (from === 0) return linesOf(end.text);
    const head = textAt(file, 0, Math.min(from, headBytes));
    this.#budget.left -= head.bytes;
    if (from > headBytes) this.cut.add(path);
    return [...linesOf(end.text), ...linesOf(head.text)];
  }
}

/** How much may be read yet, of all files; bytes. */
export interface Budget {
  left: number;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').toReversed();
}
