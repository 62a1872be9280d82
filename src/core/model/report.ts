import type { AgentActivity } from './activity.ts';
import type { SocketPath } from './branded.ts';

/** What an agent said last of itself: through its own hook, or through a wrapper that calls `asm report`. */
export interface AgentReport {
  /** The event in the agent's own words, such as `SessionStart`. */
  readonly eventName: string;
  /** The conversation that it names; `null`: none. */
  readonly id: string | null;
  /** That conversation has ended, and another one may follow. */
  readonly isEnd: boolean;
  /** Why the conversation began, in the agent's own words, such as `clear`; `null`: it does not say. */
  readonly beganBy: string | null;
  /** It talks with a user at a terminal: no headless run. */
  readonly isInteractive: boolean;
  /** The pane in which the process was started, by tmux's id; `null`: not named. */
  readonly paneId: string | null;
  /** The tmux server in which it was started, by its socket; `null`: not named. */
  readonly socket: SocketPath | null;
  /** What the agent does since then; `null`: the event does not say. */
  readonly activity: AgentActivity | null;
  /** When it was said; ms since 1970; `null`: not known, because its time is to come. */
  readonly at: number | null;
  /** It has named so many conversations in so short a time that it proves none; absent: it has not. */
  readonly isRestless?: true;
}

/**
 * Returns the name of the file that holds the report of a process. An earlier process with the same pid has another
 * name.
 */
export function reportName({ pid, start }: { readonly pid: number; readonly start: string }): string {
  return `${pid}-${start.replaceAll(/[^\dA-Za-z]/g, '')}.json`;
}

/** Returns the process of a report by its file's name; `null`: it is no such name. */
export function reporterIn(name: string): { readonly pid: number; readonly start: string } | null {
  const [, pid, start] = /^(\d{1,10})-([\dA-Za-z]{0,40})\.json$/.exec(name) ?? [];
  return pid === undefined || start === undefined ? null : { pid: Number(pid), start };
}

/**
 * What a new report tells. `changed`: something else than the rest, such as another conversation. `waits`: the agent
 * waits for its user. `ended`: the agent ends. `turn`: what it says in each of its turns. `quiet`: nothing follows. `none`:
 * it is no report of an agent that lives here and talks with a user.
 */
export type ReportNews = 'changed' | 'waits' | 'ended' | 'turn' | 'quiet' | 'none';
