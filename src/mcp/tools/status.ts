import { clean } from '../../core/words/text.ts';
import type { SessionRow } from '../../operations/answers/sessions.ts';
import { overview } from '../../operations/sessions/make-overview.ts';
import { unregisteredHint } from '../../operations/sessions/status-hints.ts';
import { unknownAmong } from '../../operations/sessions/unknown-session.ts';
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
    const { registry } = world.settings;
    const seen = await overview(context);
    const rows = seen.sessions.flatMap(({ row }) => (name === undefined || row.session === name ? [lineOf(row)] : []));
    if (name !== undefined && rows.length === 0) {
      const sessions = seen.sessions.map(({ row }) => row.session);
      throw unknownAmong(name, { sessions, unregistered: seen.unregistered });
    }
    const lines = name === undefined ? [...unregisteredHint(seen, registry), ...rows] : rows;
    return lines.length === 0 ? 'no sessions' : answer(lines, shellCommand(registry, 'status'));
  },
});

function lineOf({ session: name, agent, state, id, job }: SessionRow): string {
  const words = [name, agent ?? '?', state, id ?? 'no id', ...(job === null ? [] : [`job ${job}`])];
  return clean(words.join(' · '));
}
