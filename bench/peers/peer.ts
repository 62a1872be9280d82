import { execFileSync } from 'node:child_process';
import type { Fleet } from '../fleet.ts';

/** A program that watches sessions, run as its users run it. Its adapter holds no code of it. */
export interface Peer {
  readonly name: string;
  /** Its own version string and the commit of its checkout. */
  readonly version: string;
  /** Which part of it runs while it is measured. */
  readonly runs: string;
  /** Opens the sessions the way this peer wants them. Each peer has its own tmux server. */
  open(count: number): Promise<World>;
  /** Starts it, and waits until it shows all sessions. The prefix is a program that starts the peer, such as strace. */
  start(world: World, prefix: readonly string[]): Promise<Running>;
  /** How it lists all sessions with their states. */
  readonly listing: {
    readonly words: string;
    command(world: World): readonly string[];
    /** Matches the lines that sum the listing up. */
    readonly gist: RegExp;
  };
  /** Where a death is read. */
  readonly seenIn: string;
}

export interface World extends Pick<Fleet, 'env' | 'home' | 'socket' | 'serverPid' | 'close'> {
  readonly sessions: readonly Watched[];
}

export interface Watched {
  /** As the peer calls it. */
  readonly name: string;
  /** As tmux calls it. */
  readonly session: string;
  readonly pane: number;
}

export interface Running {
  /** The program that was started: the peer, or its prefix. */
  readonly pid: number;
  /** Returns the names of the sessions that it shows as ended. */
  gone(): Promise<ReadonlySet<string>>;
  /** Returns what it shows without being asked. Null if it shows nothing. */
  readonly shows: (() => Promise<string>) | null;
  stop(): Promise<void>;
}

/** Returns a version with the commit of a checkout; `-dirty` says that files of it were changed. */
export function versionOf(said: string, checkout: string): string {
  const words = ['-C', checkout, 'describe', '--always', '--dirty', '--exclude=*'];
  const commit = execFileSync('git', words, { encoding: 'utf8' }).trim();
  return `${/\d+(?:\.\d+)+\S*/.exec(said)?.[0] ?? said.trim()} (${commit})`;
}

/** A program, the sessions that it alone watches, and its process. */
export interface Lane {
  readonly peer: Peer;
  readonly world: World;
  readonly running: Running;
}

/** A row: what is measured, then a cell for each program. */
export type Cells = readonly string[];
