import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BoardError } from '../errors.ts';
import { codeOf, messageOf } from '../system/errno.ts';
import { fileNameOf } from '../system/file-name.ts';
import { makeForFolderOwner } from '../system/folder-owner.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { readRegular } from '../system/read-regular.ts';
import type { Board, BoardKind, BoardTraits, Card } from './board.ts';
import { foldCard, readCardLines, type CardLine } from './local-card.ts';
import { watchFile } from './watch-file.ts';

const traits: BoardTraits = {
  title: 'the local board',
  claimsAnyCard: true,
  showsHeartbeats: false,
  hasOwnInterface: false,
  reactsToPullRequests: false,
  // A screen at a terminal.
  commentBytes: 2_048,
  readEveryMs: 0,
  // MCP clients give up after 60 s.
  waitSeconds: 50,
};

/** The board in the state folder. */
export const localBoards: BoardKind<{ readonly stateDir: string }> = {
  name: 'local',
  traits,
  slugFlag: null,
  cardVariable: null,
  dispatched: () => null,
  open: ({ settings, now, author, notice }) =>
    new LocalBoard({ dir: join(settings.stateDir, 'board'), now, author: author ?? 'agent-sessions-monitor', notice }),
};

export interface LocalBoardOptions {
  readonly dir: string;
  readonly now: () => number;
  /** The name on comments. */
  readonly author: string;
  readonly notice?: (line: string) => void;
}

/**
 * A board that needs no server: a card is one file of lines that several processes append to, so a comment from another
 * terminal arrives at once. Ids are percent-encoded in file names.
 */
export class LocalBoard implements Board {
  readonly name = localBoards.name;
  readonly slug = null;
  readonly traits = traits;
  readonly workers = null;
  readonly #options: LocalBoardOptions;
  readonly #said = new Set<string>();

  constructor(options: LocalBoardOptions) {
    this.#options = options;
  }

  async show(card: string): Promise<Card> {
    return this.#existing(card);
  }

  async claim(card: string, holder: { pid: number; host: string }): Promise<Card> {
    const at = this.#options.now();
    const isNew = this.#read(card) === null;
    const created: CardLine[] = isNew ? [{ kind: 'created', at, title: 'monitor my sessions' }] : [];
    this.#append(card, [...created, { kind: 'claimed', at, ...holder }]);
    return this.#existing(card);
  }

  async comment(card: string, body: string): Promise<void> {
    const { now, author } = this.#options;
    this.#add(card, { kind: 'commented', at: now(), id: crypto.randomUUID().slice(0, 8), author, body });
  }

  async heartbeat(card: string, note: string): Promise<void> {
    this.#existing(card);
    const text = JSON.stringify({ at: this.#options.now(), note });
    const path = `${this.#pathOf(card)}.heartbeat`;
    makeForFolderOwner(path);
    writeFileSync(path, text, { mode: 0o600 });
  }

  async block(card: string, reason: string): Promise<void> {
    this.#add(card, { kind: 'blocked', at: this.#options.now(), reason });
  }

  async complete(card: string, summary: string): Promise<void> {
    this.#add(card, { kind: 'completed', at: this.#options.now(), summary });
  }

  async pause(card: string): Promise<void> {
    this.#add(card, { kind: 'paused', at: this.#options.now() });
  }

  watch(card: string, onHint: () => void, signal: AbortSignal): Promise<void> {
    return watchFile(this.#pathOf(card), onHint, signal, (line) => this.#notice(line));
  }

  #notice(line: string): void {
    if (!this.#said.has(line)) this.#options.notice?.(line);
    this.#said.add(line);
  }

  #pathOf(card: string): string {
    return join(this.#options.dir, `${fileNameOf(card)}.jsonl`);
  }

  #existing(card: string): Card {
    const shown = this.#read(card);
    if (shown !== null) return shown;
    throw new BoardError(`there is no card ${card}`, {
      where: this.#options.dir,
      cure: 'start the monitor once (it makes the card), or name another with --card',
    });
  }

  #read(card: string): Card | null {
    const path = this.#pathOf(card);
    try {
      const text = readRegular(path, statSync(path), Infinity);
      if (text === null) throw new Error('it is no regular file');
      return foldCard(card, readCardLines(text));
    } catch (cause) {
      if (isMissing(cause)) return null;
      throw unusable(path, cause);
    }
  }

  #add(card: string, line: CardLine): void {
    this.#existing(card);
    this.#append(card, [line]);
  }

  #append(card: string, lines: readonly CardLine[]): void {
    const path = this.#pathOf(card);
    try {
      makeOwnFolder(this.#options.dir);
      const text = lines.map((line) => JSON.stringify(line)).join('\n');
      makeForFolderOwner(path);
      // A line break first ends a line that a killed writer has left unfinished.
      appendFileSync(path, `${endsTorn(path) ? '\n' : ''}${text}\n`, { mode: 0o600 });
    } catch (cause) {
      throw unusable(path, cause);
    }
  }
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

function unusable(path: string, cause: unknown): BoardError {
  return new BoardError(`the local board cannot be used: ${messageOf(cause)}`, {
    where: path,
    cure: 'make the folder writable, or set AGENT_SESSIONS_MONITOR_STATE_DIR',
    cause,
  });
}
