import { exitCode } from '../errors.ts';
import { once } from '../core/model/once.ts';
import type { Adoption } from '../core/model/plan.ts';
import { OwnBlindness } from '../log/own-blindness.ts';
import { pass, type PassMode, type PassPorts, type PassResult } from '../pass/pass.ts';
import { changesIn, documentOf, type ReportedNews } from '../pass/make-document.ts';
import { watchedIn } from '../pass/what-to-watch.ts';
import type { StdoutReader } from '../tell/stdout.ts';
import type { PassReport } from './context.ts';

interface Asked {
  readonly mode: Exclude<PassMode, 'loop'>;
  readonly adopt: Adoption | null;
}

/** Makes the passes of one process, each with its report. */
export function passReporter(ports: PassPorts, signal: AbortSignal) {
  const blindness = new OwnBlindness(ports.memoryStore);
  const looking = { ...ports, memoryStore: blindness };
  return async (reader: StdoutReader, asked: Asked): Promise<PassReport> => {
    const report = await reportPass(asked.mode === 'dry-run' ? looking : ports, reader, asked, signal);
    blindness.saw(report.plan.nextMemory);
    return report;
  };
}

/**
 * Makes one pass, and reports the news for that reader.
 * @throws RegistryError
 */
export async function reportPass(
  ports: PassPorts,
  reader: StdoutReader,
  { mode, adopt }: Asked,
  signal: AbortSignal,
): Promise<PassReport> {
  if (mode === 'once') await ports.sweep();
  const result = await pass(ports, mode, signal, adopt);
  const news = mode === 'once' ? await reader.take() : wouldBeNews(await reader.peek(), result);
  return wholeReport(result, news);
}

/** Returns the report of a pass of a monitor, for what shows its sessions: news are told elsewhere. */
export function reportWithoutNews(result: PassResult): PassReport {
  return wholeReport(result, { opened: [], resolved: [], commit: () => Promise.resolve() });
}

function wholeReport(result: PassResult, news: ReportedNews & Pick<PassReport, 'commit'>): PassReport {
  // A single pass watches nothing: at a thousand sessions it saves a hundredth of its time.
  const watched = once(() => watchedIn(result));
  return {
    ...reportOf(result, news),
    get watched() {
      return watched();
    },
    changes: changesIn(result),
    started: result.started,
    commit: news.commit,
  };
}

/** Returns what a pass says to people and to other programs. */
export function reportOf(
  result: PassResult,
  news: ReportedNews,
): Pick<PassReport, 'document' | 'plan' | 'edits' | 'input' | 'registry' | 'observation' | 'exit'> {
  const { plan, edits, input, registry, observation } = result;
  const exit = plan.blind.length > 0 ? exitCode.blind : exitCode.done;
  return { document: documentOf(result, news), plan, edits, input, registry, observation, exit };
}

/**
 * Returns what a real pass would tell now: the drifts of this one, beside those in the log that the reader has not been
 * told.
 */
function wouldBeNews({ opened, resolved }: ReportedNews, result: PassResult) {
  const found = new Map(result.opened.map((drift) => [drift.id, drift]));
  // A repair that was held back when it was logged would be made now.
  const untold = opened.map((drift) => found.get(drift.id) ?? drift);
  return { opened: [...untold, ...openedBeside(opened, result)], resolved, commit: () => Promise.resolve() };
}

/** Returns the drifts that a pass opens and that are not among these. */
export function openedBeside(
  known: ReportedNews['opened'],
  { opened }: Pick<PassResult, 'opened'>,
): PassResult['opened'] {
  const ids = new Set(known.map(({ id }) => id));
  return opened.filter(({ id }) => !ids.has(id));
}
