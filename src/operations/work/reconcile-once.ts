import { shellCommand } from '../../core/words/shell-command.ts';
import { openedBeside } from '../pass-report.ts';
import { seenText } from '../text/plan.ts';
import { unknownSession, unregistered } from '../sessions/unknown-session.ts';
import { answer, historySince, newsLines, quiet } from './answer-lines.ts';
import type { Call, NewsAnswer, WorkContext } from './work-call.ts';

/**
 * Makes one pass, and tells the news; with a name only those of that session.
 * @throws RegistryError
 */
export async function reconcileOnce(
  { context, work, world }: WorkContext,
  { dryRun, session: name }: { readonly dryRun: boolean; readonly session: string | null },
  { signal }: Call,
): Promise<NewsAnswer> {
  if (name !== null) await assertSeen(name, context);
  const result = await work.pass(dryRun ? 'dry-run' : 'loop', signal);
  const news = await work.reader.news();
  const { opened, resolved, since } = news;
  const fresh = dryRun ? openedBeside(opened, result) : [];
  const isAsked = (one: { session: string | null; sessions?: readonly string[] }): boolean =>
    name === null || one.session === name || one.sessions?.includes(name) === true;
  const shown = {
    opened: [...opened, ...fresh].filter(isAsked),
    resolved: resolved.filter(({ drift }) => isAsked(drift)),
  };
  const lines = newsLines(shown, dryRun);
  const { registry } = world.settings;
  if (lines.length === 0) return { text: quiet(result, registry), news, shown };
  const rest = dryRun ? shellCommand(registry, 'reconcile', '--dry-run') : historySince(since, result.at, registry);
  return { text: answer([...lines, seenText(result)], rest), news, shown };
}

/**
 * Refuses an unknown session before anything is written.
 * @throws UsageError for a session that neither has an entry nor would be registered
 */
async function assertSeen(name: string, context: WorkContext['context']): Promise<void> {
  const report = await context.pass({ mode: 'dry-run' });
  const isEntry = report.registry.entries.some((entry) => entry.session === name);
  if (!isEntry && !unregistered(report).includes(name)) throw unknownSession(name, report);
}
