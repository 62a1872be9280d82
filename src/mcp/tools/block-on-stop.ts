import { clean } from '../../core/words/text.ts';
import { boardIsSilent } from '../answer.ts';
import { card } from '../input.ts';
import { makeTool } from '../tool.ts';

export const blockOnStopTool = makeTool({
  name: 'block_on_stop',
  title: 'Stop if the user asked for it',
  description: 'Looks for a comment that asks to stop monitoring; if there is one, blocks the card and says so.',
  readOnly: false,
  input: card,
  run: ({ work }, given, { signal }) =>
    work.onRunning(
      given,
      async (of) => {
        const judged = await work.judge(of, signal);
        if (typeof judged === 'string') return judged;
        return judged.kind === 'unknown' ? boardIsSilent(judged.reason) : 'monitoring is still wanted';
      },
      (_, { id, status }) => Promise.resolve(`card ${clean(id)} is ${clean(status)}: there is no run to stop`),
    ),
});
