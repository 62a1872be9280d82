import { clean, fitLines } from '../core/text.ts';
import type { PassResult } from '../run/pass.ts';
import { countsOf } from '../run/report.ts';
import type { News } from '../tell/news.ts';

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

/** Nothing new is said in as few characters as Hermes leaves unwrapped; blindness is never hidden behind it. */
export function quiet(result: PassResult): string {
  const { blind } = result.plan;
  if (blind.length === 0) return 'no drift';
  return answer(blind.map(({ source, reason, cure }) => clean(`blind: ${source}: ${reason}. ${cure}`)));
}

export function counts(result: PassResult): string {
  const { alive, gone, unknown } = countsOf(result);
  return `${alive} alive, ${gone} gone, ${unknown} unknown`;
}

export function answer(lines: readonly string[]): string {
  return fitLines(
    lines,
    bytesAtMost,
    (count) => `… and ${count} more lines: agent-sessions-monitor history --since 1h`,
  );
}
