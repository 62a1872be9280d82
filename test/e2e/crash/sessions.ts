import type { PrivateWorld } from '../private-world.ts';

/** Opens a session with a pretend agent for each name. */
export function openAll(world: PrivateWorld, [first = '', ...others]: readonly string[]): void {
  const agent = ['-c', world.work, 'bash', '-c', 'exec -a claude sleep 100000'];
  world.openPane(['-s', first, ...agent], 'default');
  for (let at = 0; at < others.length; at += 50) {
    const names = others.slice(at, at + 50);
    world.tmux(names.flatMap((name) => [';', 'new-session', '-d', '-s', name, ...agent]).slice(1));
  }
}

/** Returns the text as it was before any of those sessions was marked terminated, if each was marked whole. */
export function withoutTerminations(text: string, dead: readonly string[]): string {
  return dead.reduce((left, session) => {
    const [head = '', rest] = left.split(`  ${session}:\n`);
    if (rest === undefined) return left;
    const [, entry = '', others = ''] = /^((?: {4}.*\n)*)([^]*)$/.exec(rest) ?? [];
    const added = /^( {4}status: )terminated(\n[^]*) {4}terminated_at: \S+\n {4}termination_mode: auto-detected\n/m;
    return `${head}  ${session}:\n${entry.replace(added, '$1running$2')}${others}`;
  }, text);
}

/** Returns the text of an entry; empty: there is none. */
export function entryIn(text: string, session: string): string {
  const [, rest = ''] = text.split(`  ${session}:\n`);
  return /^(?: {4}.*\n)*/.exec(rest)?.[0] ?? '';
}

/** An entry that no pass touches. */
export const keptEntry = '  keep:\n    agent: claude\n    status: paused # mine\n';
