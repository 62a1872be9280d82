import { clean } from '../../core/words/text.ts';
import type { SessionRow } from '../../operations/answers/sessions.ts';
import { sessionsIn } from '../../operations/sessions/session-rows.ts';
import { shellCommand } from '../../core/words/shell-command.ts';
import { answer } from '../../operations/work/answer-lines.ts';
import { session } from '../input.ts';
import { makeTool } from '../tool.ts';

export const statusTool = makeTool({
  name: 'status',
  title: 'What runs where',
  description: 'What runs where: every session with its agent, state, conversation id and job. Writes nothing.',
  readOnly: true,
  input: session,
  run: async ({ context, world }, { session: name }) => {
    const report = await context.pass({ mode: 'dry-run' });
    const sessions = sessionsIn(report, name ?? null);
    if (sessions.length === 0) return 'no sessions';
    return answer(
      sessions.map(({ row }) => lineOf(row)),
      shellCommand(world.settings.registry, 'status'),
    );
  },
});

function lineOf({ session: name, agent, state, id, job }: SessionRow): string {
  const words = [name, agent ?? '?', state, id ?? 'no id', ...(job === null ? [] : [`job ${job}`])];
  return clean(words.join(' · '));
}
