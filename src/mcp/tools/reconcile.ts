import { seenText } from '../../operations/text/plan.ts';
import { unknownSession, unregistered } from '../../operations/sessions/unknown-session.ts';
import { shellCommand } from '../../core/words/shell-command.ts';
import { answer, historySince, newsLines, quiet } from '../answer.ts';
import { session, toggle } from '../input.ts';
import { makeTool, type ToolServer } from '../tool.ts';

export const reconcileTool = makeTool({
  name: 'reconcile',
  title: 'Look once and repair',
  description: 'One pass: looks at tmux and the agents, repairs the registry, answers what is new.',
  readOnly: false,
  input: { dry_run: toggle('look only, write nothing'), ...session },
  run: async (server, { dry_run: dryRun = false, session: name }, { signal }) => {
    const { work, world } = server;
    if (name !== undefined) await assertKnown(name, server);
    const result = await work.pass(dryRun ? 'dry-run' : 'loop', signal);
    const news = await work.reader.news();
    const { opened, resolved, since } = news;
    const fresh = dryRun ? result.opened.filter(({ id }) => !opened.some((one) => one.id === id)) : [];
    const isAsked = (one: { session: string | null; sessions?: readonly string[] }): boolean =>
      name === undefined || one.session === name || one.sessions?.includes(name) === true;
    const shown = {
      opened: [...opened, ...fresh].filter(isAsked),
      resolved: resolved.filter(({ drift }) => isAsked(drift)),
    };
    const lines = newsLines(shown, dryRun);
    const { registry } = world.settings;
    if (lines.length === 0) return { text: quiet(result, registry), news, shown };
    const rest = dryRun ? shellCommand(registry, 'reconcile', '--dry-run') : historySince(since, result.at, registry);
    return { text: answer([...lines, seenText(result)], rest), news, shown };
  },
});

/** Before anything is written. @throws UsageError for a session that neither has an entry nor would be registered. */
async function assertKnown(name: string, { context }: ToolServer): Promise<void> {
  const report = await context.pass({ mode: 'dry-run' });
  const isEntry = report.registry.entries.some((entry) => entry.session === name);
  if (!isEntry && !unregistered(report).includes(name)) throw unknownSession(name, report);
}
