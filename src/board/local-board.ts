import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BoardError } from '../errors.ts';
import type { Board, Card } from './board.ts';
import { readRegular } from '../system/read-regular.ts';
import { foldCard, readCardLines, type CardLine } from './local-card.ts';
import { watchFile } from './watch-file.ts';
import { codeOf, messageOf } from '../system/errno.ts';

/**
 * A board for somebody who has none: a card is one file of lines that several processes append to, so a comment
 * from another terminal arrives without a server. Ids are percent-encoded in file names.
 */
export function makeLocalBoard(options: {
  readonly dir: string;
  readonly now: () => number;
  /** Whose name stands on comments. */
  readonly author: string;
  /** For what the user should know though nothing has failed. */
  readonly notice?: (line: string) => void;
}): Board {
  const { dir, now, author } = options;
  const said = new Set<string>();
  const notice = (line: string): void => {
    if (!said.has(line)) options.notice?.(line);
    said.add(line);
  };
  const pathOf = (card: string) => join(dir, `${encodeURIComponent(card)}.jsonl`);

  function read(card: string): Card | null {
    let text: string;
    try {
      const path = pathOf(card);
      const found = readRegular(path, statSync(path), Infinity);
      if (found === null) throw new Error('it is no regular file');
      text = found;
    } catch (cause) {
      if (isMissing(cause)) return null;
      throw unreachable(pathOf(card), cause);
    }
    return foldCard(card, readCardLines(text));
  }

  function show(card: string): Card {
    const shown = read(card);
    if (shown !== null) return shown;
    throw new BoardError(`there is no card ${card}`, {
      where: dir,
      cure: 'start the monitor once (it makes the card), or name another with --card',
    });
  }

  function append(card: string, lines: readonly CardLine[]): void {
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const text = lines.map((line) => JSON.stringify(line)).join('\n');
      // A line torn by a killed writer is closed by the empty line before ours.
      appendFileSync(pathOf(card), `${endsTorn(pathOf(card)) ? '\n' : ''}${text}\n`, { mode: 0o600 });
    } catch (cause) {
      throw unreachable(pathOf(card), cause);
    }
  }

  async function claim(card: string, holder: { pid: number; host: string }): Promise<Card> {
    const at = now();
    const created: CardLine[] = read(card) === null ? [{ kind: 'created', at, title: 'monitor my sessions' }] : [];
    append(card, [...created, { kind: 'claimed', at, ...holder }]);
    return show(card);
  }

  function existing(card: string, line: CardLine): Promise<void> {
    show(card);
    append(card, [line]);
    return Promise.resolve();
  }

  return {
    name: 'local',
    showsHeartbeats: false,
    readEveryMs: 0,
    show: async (card) => show(card),
    claim,
    comment: async (card, body) =>
      existing(card, { kind: 'commented', at: now(), id: randomUUID().slice(0, 8), author, body }),
    heartbeat: async (card, note) => {
      show(card);
      writeFileSync(`${pathOf(card)}.heartbeat`, JSON.stringify({ at: now(), note }), { mode: 0o600 });
    },
    block: async (card, reason) => existing(card, { kind: 'blocked', at: now(), reason }),
    complete: async (card, summary) => existing(card, { kind: 'completed', at: now(), summary }),
    pause: async (card) => existing(card, { kind: 'paused', at: now() }),
    startsWorkerFor: () => Promise.resolve(false),
    endsRunAt: () => Promise.resolve(null),
    watch: (card, onHint, signal) => watchFile(pathOf(card), onHint, signal, notice),
  };
}

function endsTorn(path: string): boolean {
  try {
    const text = readFileSync(path);
    return text.length > 0 && text[text.length - 1] !== 0x0a;
  } catch {
    return false;
  }
}

function isMissing(cause: unknown): boolean {
  return codeOf(cause) === 'ENOENT';
}

function unreachable(path: string, cause: unknown): BoardError {
  const reason = messageOf(cause);
  return new BoardError(`the local board cannot be used: ${reason}`, {
    where: path,
    cure: 'make the folder writable, or set AGENT_SESSIONS_MONITOR_STATE_DIR',
    cause,
  });
}
