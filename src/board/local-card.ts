import type { Card, CardComment } from './board.ts';
import { isObject, jsonIn } from '../system/json.ts';

/** One line of a card's file. Times are ms since 1970. */
export type CardLine =
  | { readonly kind: 'created'; readonly at: number; readonly title: string }
  | {
      readonly kind: 'commented';
      readonly at: number;
      readonly id: string;
      readonly author: string;
      readonly body: string;
    }
  | { readonly kind: 'claimed'; readonly at: number; readonly pid: number; readonly host: string }
  | { readonly kind: 'paused'; readonly at: number }
  | { readonly kind: 'blocked'; readonly at: number; readonly reason: string }
  | { readonly kind: 'completed'; readonly at: number; readonly summary: string };

/** The words of each kind of line, beside its time. */
const needs = {
  created: ['title'],
  commented: ['id', 'author', 'body'],
  claimed: ['host'],
  paused: [],
  blocked: ['reason'],
  completed: ['summary'],
} satisfies Record<CardLine['kind'], readonly string[]>;

/** Reads the lines of a card's file. A broken line (of a killed writer, or of a person's editor) is skipped. */
export function readCardLines(text: string): readonly CardLine[] {
  return text.split('\n').flatMap((line): CardLine[] => {
    const value = jsonIn(line);
    return isObject(value) && isCardLine(value) ? [value] : [];
  });
}

function isCardLine(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & CardLine {
  const { kind, at } = value;
  if (typeof kind !== 'string' || !Object.hasOwn(needs, kind) || typeof at !== 'number') return false;
  const words: readonly string[] = needs[kind as CardLine['kind']];
  return words.every((word) => typeof value[word] === 'string');
}

/**
 * Makes the card from its lines. A run lasts from its first claim to its orderly end; claims and pauses in between
 * change nothing.
 */
export function foldCard(id: string, lines: readonly CardLine[]): Card {
  const comments: CardComment[] = [];
  let title = '';
  let status: Card['status'] = 'ready';
  let blockReason: string | null = null;
  let run: { startedAt: number; pid: number | null } | null = null;
  let runFromComment = 0;
  const end = (ended: Card['status'], reason: string | null): void => {
    status = ended;
    blockReason = reason;
    run = null;
    runFromComment = comments.length;
  };
  for (const line of lines) {
    switch (line.kind) {
      case 'created':
        title = line.title;
        break;
      case 'commented':
        comments.push({ id: line.id, author: line.author, body: line.body, createdAt: line.at });
        break;
      case 'claimed':
        status = 'running';
        blockReason = null;
        run = { startedAt: run === null ? line.at : startOf(run), pid: line.pid };
        break;
      case 'paused':
        if (run !== null) run = { startedAt: startOf(run), pid: null };
        break;
      case 'blocked':
        end('blocked', line.reason);
        break;
      case 'completed':
        end('done', null);
        break;
    }
  }
  const events = lines.map(({ kind, at }) => ({ kind, createdAt: at }));
  return { id, title, body: '', status, blockReason, assignee: null, run, comments, runFromComment, events };
}

function startOf(run: { readonly startedAt: number }): number {
  return run.startedAt;
}
