import { clean, fitLines } from '../../core/words/text.ts';
import { isoSeconds } from '../../core/words/time.ts';
import type { PassResult } from '../../pass/pass.ts';
import type { News } from '../../tell/news.ts';
import { shellCommand, type RegistryPlace } from '../../core/words/shell-command.ts';

const bytesAtMost = 4096;

export function isNews({ opened, resolved }: News): boolean {
  return opened.length > 0 || resolved.length > 0;
}

export function newsLines({ opened, resolved }: Pick<News, 'opened' | 'resolved'>, dryRun: boolean): readonly string[] {
  return [
    ...opened.map((drift) => clean(dryRun ? (drift.dryRunMessage ?? drift.message) : drift.message)),
    ...resolved.map(({ message }) => clean(message)),
  ];
}

/** Returns the answer without news, short enough that Hermes does not wrap it; it never hides blindness. */
export function quiet(result: PassResult, registry: RegistryPlace): string {
  const { blind } = result.plan;
  if (blind.length === 0) return 'no drift';
  const lines = blind.map(({ source, reason, cure }) => clean(`blind: ${source}: ${reason}. ${cure}`));
  return answer(lines, shellCommand(registry, 'status'));
}

export function boardIsSilent(reason: string): string {
  return `the board did not answer: ${clean(reason)}`;
}

/** Returns the command that shows what an answer with these news has no room for; times are ms since 1970. */
export function historySince(since: number | null, now: number, registry: RegistryPlace): string {
  return shellCommand(registry, 'history', '--since', isoSeconds(since ?? now));
}

/**
 * Returns the lines of an answer, cut to its limit.
 * @param rest the command that shows the rest
 */
export function answer(lines: readonly string[], rest: string): string {
  return fitLines(lines, bytesAtMost, (count) => `… and ${count} more lines: ${rest}`);
}
