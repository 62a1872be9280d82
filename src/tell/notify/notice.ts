import { clean, cutTo, fitLines } from '../../core/words/text.ts';
import { isoMillis, isoSeconds, span } from '../../core/words/time.ts';
import { shellCommand, type RegistryPlace } from '../../core/words/shell-command.ts';
import { shortHash } from '../../system/hash.ts';
import type { Notice, NoticeEvent } from './notice-schema.ts';

/** The text of a notice; bytes. Each notifier cuts it further to what its receiver takes. */
const textBytes = 4_000;
/** A notice holds the newest events; the log has all. */
const eventsAtMost = 100;
/** News that is older is told with its age: it was held back, or the receiver was away; ms. */
const freshMs = 10 * 60_000;

export interface NoticeOptions {
  readonly host: string;
  /** ms since 1970. */
  readonly now: number;
  /** The registry whose history shows what a notice has no room for. */
  readonly registry: RegistryPlace;
}

/** Makes one notice of all events, oldest first. */
export function noticeOf(events: readonly NoticeEvent[], options: NoticeOptions): Notice {
  const { host, now, registry } = options;
  const since = Math.min(...events.map(({ at }) => Date.parse(at)));
  const rest = shellCommand(registry, 'history', '--since', isoSeconds(since));
  const age = now - since < freshMs ? '' : ` (in the last ${span(now - since)})`;
  const shown = events.slice(-eventsAtMost);
  return {
    schema: 1,
    id: shortHash(JSON.stringify(events.map(({ id, state }) => [id, state]))),
    at: isoMillis(now),
    host,
    test: false,
    urgency: urgencyOf(events),
    title: `${titleOf(events)}${age}`,
    text: fitLines(
      events.map(({ message }) => clean(message)),
      textBytes,
      (count) => `… and ${count} more: ${rest}`,
    ),
    events: shown,
    left_out: events.length - shown.length,
  };
}

/** Makes the notice of `asm notify test`. */
export function testNotice(name: string, { host, now }: Pick<NoticeOptions, 'host' | 'now'>): Notice {
  return {
    schema: 1,
    id: shortHash(`test ${name} ${now}`),
    at: isoMillis(now),
    host,
    test: true,
    urgency: 'normal',
    title: 'Test of agent-sessions-monitor',
    text: `The notifier ${clean(name)} works. What it tells is in the config, under notify.`,
    events: [],
    left_out: 0,
  };
}

/** What titles call a kind: of one event, and beside the count of many. */
const words: Readonly<Record<string, readonly [one: string, many: string]>> = {
  'session-gone': ['gone', 'gone'],
  'agent-exited': ['agent exited', 'agents exited'],
  'needs-you': ['needs you', 'need you'],
  'job-orphaned': ['job orphaned', 'jobs orphaned'],
  finished: ['finished', 'finished'],
};

function titleOf(events: readonly NoticeEvent[]): string {
  const [only, ...others] = events;
  if (only !== undefined && others.length === 0) return titleOfOne(only);
  const counts = new Map<string, number>();
  for (const { kind, state } of events) {
    const what = `${kind} ${state}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const parts = [...counts].map(([what, count]) => {
    const [kind = '', state] = what.split(' ');
    const [one, many] = wordsOf(kind);
    return `${count} ${count === 1 ? one : many}${state === 'resolved' ? ' no more' : ''}`;
  });
  return parts.join(', ');
}

function titleOfOne({ kind, state, session, sessions }: NoticeEvent): string {
  const [one] = wordsOf(kind);
  const what = state === 'resolved' ? `${one}: over` : one;
  if (session !== null) return `${cutTo(clean(session), 80)}: ${what}`;
  return sessions === undefined ? what : `${what}: ${sessions.length} sessions gone`;
}

function wordsOf(kind: string): readonly [one: string, many: string] {
  const plain = clean(kind).replaceAll('-', ' ');
  return words[kind] ?? [plain, plain];
}

/** Kinds that may not wait: many sessions are gone, work is lost, or nothing is repaired any more. */
const pressing: ReadonlySet<string> = new Set([
  'host-rebooted',
  'tmux-server-died',
  'job-orphaned',
  'registry-unreadable',
]);

function urgencyOf(events: readonly NoticeEvent[]): Notice['urgency'] {
  const open = events.filter(({ kind, state }) => state === 'opened' && kind !== 'finished');
  if (open.length === 0) return 'low';
  return open.some(({ kind }) => pressing.has(kind)) ? 'high' : 'normal';
}
