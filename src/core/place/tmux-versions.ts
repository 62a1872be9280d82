/** How a tmux version does what this program depends on. */
export interface TmuxBehaviour {
  /** The first release that does it so. */
  readonly since: string;
  /** What becomes of `.` and `:` in the name of a session, which are parts of a target. */
  readonly dotsInNames: 'become _' | 'are refused' | 'stay';
  /** Whether a `$` that could begin the name of a variable gets a `\` before it. */
  readonly dollarsInNames: 'are escaped' | 'stay';
  /** What becomes of control characters in names; a `\` is doubled by every version. */
  readonly controlsInNames: 'are escaped' | 'are refused';
  readonly emptyName: 'is accepted' | 'is refused';
  /** What `pane_pid` says of a pane whose process has ended, and which `remain-on-exit` keeps. */
  readonly pidOfDeadPane: 'is told' | 'is not told';
  /** What `pane_dead` says of a pane that was made without a command; its `pane_pid` is 0 until 3.7, then empty. */
  readonly emptyPane: 'is dead' | 'is not dead';
  /** What becomes of control characters and of `$` as above in all that a client prints, such as a folder. */
  readonly printed: 'as it is' | 'controls escaped' | 'controls and dollars escaped';
  /** Whether a server may refuse other users with exit code 0 (`server-access`). */
  readonly accessList: 'none' | 'yes';
}

const first: TmuxBehaviour = {
  since: '3.2',
  dotsInNames: 'become _',
  dollarsInNames: 'are escaped',
  controlsInNames: 'are escaped',
  emptyName: 'is accepted',
  pidOfDeadPane: 'is told',
  emptyPane: 'is dead',
  printed: 'as it is',
  accessList: 'none',
};
const from33 = { ...first, since: '3.3', emptyName: 'is refused', accessList: 'yes' } as const;
const from34 = { ...from33, since: '3.4', printed: 'controls and dollars escaped' } as const;
const from35 = { ...from34, since: '3.5', dollarsInNames: 'stay', printed: 'controls escaped' } as const;
const from36 = { ...from35, since: '3.6', printed: 'as it is' } as const;
const from37 = {
  ...from36,
  since: '3.7',
  dotsInNames: 'are refused',
  controlsInNames: 'are refused',
  emptyPane: 'is not dead',
} as const;
const from37a = { ...from37, since: '3.7a', dotsInNames: 'stay', emptyName: 'is accepted' } as const;
const from38 = { ...from37a, since: '3.8', pidOfDeadPane: 'is not told' } as const;

/**
 * What differs between the versions of tmux, oldest first: each row holds until the next one. Seen on 3.2, 3.3a, 3.4,
 * 3.5a, 3.6b, 3.7c and 3.8, and read in the source of the others. 3.2 is the first with `-N`: never start a server.
 */
export const tmuxVersions: readonly TmuxBehaviour[] = [first, from33, from34, from35, from36, from37, from37a, from38];

export const oldestTmux = first.since;

/**
 * Returns what that version does.
 * @param version as tmux says it: `3.3a`, `next-3.9`, `openbsd-7.8`; the newest known counts for one without a number,
 *   and a version older than 3.2 counts as 3.2
 */
export function behaviourOf(version: string): TmuxBehaviour {
  return tmuxVersions.findLast(({ since }) => isAtLeast(version, since)) ?? first;
}

/** Decides whether the table says for sure what a version does: not for `next-3.7`, `3.7-rc` or `openbsd-7.8`. */
export function isRelease(version: string): boolean {
  return /^\d+\.\d+[a-z]?$/.test(version);
}

/** Decides whether a version of tmux is that release or a later one. */
export function isAtLeast(version: string, since: string): boolean {
  const [one, other] = [numbersOf(version), numbersOf(since)];
  if (one === null || other === null) return true;
  const at = one.findIndex((number, index) => number !== other[index]);
  return at === -1 || (one[at] ?? 0) > (other[at] ?? 0);
}

/** Returns `[3, 7, 1]` for `3.7a`; a `next-3.7` already does what 3.7 does. */
function numbersOf(version: string): readonly number[] | null {
  const [, major, minor, letter = ''] = /(\d+)\.(\d+)([a-z]?)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return null;
  return [Number(major), Number(minor), letter === '' ? 0 : letter.charCodeAt(0) - 96];
}
