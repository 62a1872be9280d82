import { clean } from '../core/text.ts';
import { RegistryError } from '../errors.ts';
import { wakeableSleep } from '../run/loop.ts';
import type { PassResult } from '../run/pass.ts';
import type { News } from '../tell/news.ts';
import type { RegistryPlace } from '../tell/shell-command.ts';
import { watchRegistry } from '../trigger/registry-folder.ts';
import { answer, counts, historySince, isNews, newsLines, quiet } from './answer.ts';
import { numberOf, type Given } from './tolerant.ts';
import type { ToolServer } from './tools.ts';
import type { CardWork } from './work.ts';

/** Begins and ends with a pass. News go on the card meanwhile; nothing is posted twice. */
export async function waitForDrift({ work, world }: ToolServer, given: Given, signal: AbortSignal): Promise<string> {
  const { ports, settings, env } = world;
  const usual = numberOf({ seconds: env['AGENT_SESSIONS_WAIT_SECONDS'] }, 'seconds', { least: 0, most: 570 }) ?? 240;
  const seconds = numberOf(given, 'max_seconds', { least: 0, most: 570 }) ?? usual;
  const of = await work.card(given, signal);
  await work.watch(of);
  const waker = makeWaker(of, ports.registryFile.path, signal);
  const until = ports.now() + seconds * 1_000;
  let beatAt = ports.now();
  try {
    for (;;) {
      const passed = await of.run.pass(signal).catch(readable);
      const over = await of.run.isOver(signal);
      if (over !== null) return await work.end(of, over);
      if (ports.now() >= beatAt + settings.monitor.heartbeatMs) {
        beatAt = ports.now();
        await of.run.heartbeat(signal);
      }
      const news = await work.news();
      const { unclear } = of;
      of.unclear = null;
      const rest = historySince(news.since, ports.now(), settings.registry);
      if (unclear !== null)
        return answer([`a comment needs judgement: ${clean(unclear.body)}`, ...newsLines(news, false)], rest);
      const isDue = news.opened.some(({ needsJudgement }) => needsJudgement) || (!work.isDispatched && isNews(news));
      if (isDue || ports.now() >= until || signal.aborted) return closing(news, passed, rest, settings.registry);
      const interval = settings.monitor.intervalMs ?? 30_000;
      const comeBack = passed instanceof Error ? null : passed.comeBackAt;
      const next = Math.min(until, ports.now() + interval, comeBack ?? Infinity);
      await wakeableSleep(Math.max(50, next - ports.now()), waker.next(), signal);
    }
  } finally {
    waker.close();
  }
}

/** A registry that cannot be read does not end the loop: it is said, and looked at again. */
function readable(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  throw error;
}

function closing(
  news: News,
  passed: RegistryError | { readonly result: PassResult },
  rest: string,
  registry: RegistryPlace,
): string {
  const lines = newsLines(news, false);
  if (passed instanceof Error) return answer([...lines, clean(passed.message)], rest);
  return lines.length === 0 ? quiet(passed.result, registry) : answer([...lines, counts(passed.result)], rest);
}

/** Hints from the card and from the registry's folder. */
function makeWaker({ board, run }: CardWork, path: string, signal: AbortSignal) {
  const over = new AbortController();
  const watched = AbortSignal.any([signal, over.signal]);
  let wake = (): void => undefined;
  const hint = (): void => wake();
  void board.watch(run.card, hint, watched).catch(() => undefined);
  void watchRegistry(path, hint, watched).catch(() => undefined);
  return {
    next: (): Promise<void> => new Promise((resolve) => (wake = resolve)),
    close: (): void => over.abort(),
  };
}
