import { isId } from '../../core/model/conversation-id.ts';
import type { Launch } from '../../core/model/evidence.ts';
import type { Process } from '../../core/model/observation.ts';
import { programName } from '../program-arguments.ts';

/** Decides whether a process is an agy, by its own name or its executable's. */
export function looksLikeAgy({ argv, exe }: Pick<Process, 'argv' | 'exe'>): boolean {
  return [argv[0] ?? '', exe ?? ''].some((path) => programName(path) === 'agy');
}

/** Reads what an agy was started for. With an unknown id it begins another conversation. */
export function launchOf({ argv }: Pick<Process, 'argv'>): Launch {
  const isHeadless = argv.some((word) => ['-p', '--print'].includes(word));
  return { mode: isHeadless ? 'headless' : 'interactive', id: launchId(argv), mayBegin: false, job: null, root: null };
}

function launchId(argv: readonly string[]): string | null {
  for (const [index, word] of argv.entries()) {
    const value = /^--conversation=(.+)$/.exec(word)?.[1] ?? (word === '--conversation' ? argv[index + 1] : undefined);
    if (value !== undefined && isId(value)) return value;
  }
  return null;
}
