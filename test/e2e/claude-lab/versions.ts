import { installed, type Installed } from '../agent-lab/installed.ts';

/** A Claude Code that is installed, and what it does differently from others. */
export interface ClaudeVersion extends Installed {
  /** Its live record names the new conversation after `/clear`. */
  readonly followsClear: boolean;
  /** It has sessions in the background, and shows them: Left arrow, `/fork`, `--bg`, `claude agents`. */
  readonly hasBackground: boolean;
  /** What its record calls the approval of a plan, in this program's words. */
  readonly planWait: 'plan approval' | 'permission prompt';
  /** It has `/cd`. */
  readonly changesFolder: boolean;
}

/** What each version does from there on. */
const since: readonly (Omit<ClaudeVersion, keyof Installed> & { readonly patch: number })[] = [
  { patch: 0, followsClear: false, hasBackground: false, planWait: 'plan approval', changesFolder: false },
  { patch: 128, followsClear: true, hasBackground: true, planWait: 'permission prompt', changesFolder: true },
];

/** Installs a version of Claude Code, if it is not there yet. @param wanted a version of 2.1, `pinned` or `newest` */
export function claudeOf(wanted: string): ClaudeVersion {
  const { version, bin } = installed('claude-code', wanted);
  const patch = Number(version.split('.')[2]);
  const abilities = since.findLast((one) => one.patch <= patch);
  if (abilities === undefined) throw new Error(`${version} is no version of Claude Code`);
  return { version, bin, ...abilities };
}
