import { clean } from '../../core/words/text.ts';
import { explain } from '../../operations/explain.ts';
import { shellCommand } from '../../core/words/shell-command.ts';
import { answer } from '../../operations/work/answer-lines.ts';
import { session } from '../input.ts';
import { makeTool } from '../tool.ts';

export const explainTool = makeTool({
  name: 'explain',
  title: 'Why that is believed',
  description: 'Why we believe what we believe about a session: the evidence, with its source and time.',
  readOnly: true,
  input: session,
  run: async ({ context, world }, { session: name }) => {
    const { registry: place } = world.settings;
    if (name === undefined) {
      const { registry } = await context.pass({ mode: 'dry-run' });
      const names = registry.entries.map((entry) => clean(entry.session));
      const lines = names.length === 0 ? ['no sessions'] : ['choose a session:', ...names];
      return answer(lines, shellCommand(place, 'status'));
    }
    const lines: string[] = [];
    for await (const { text } of explain.run(context, { words: [name], values: {}, json: false })) lines.push(text);
    return answer(lines.join('\n').split('\n'), shellCommand(place, 'explain', '--', name));
  },
});
