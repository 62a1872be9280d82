import { clean, cutTo } from '../../core/words/text.ts';
import { boardIsSilent } from '../answer.ts';
import { card, text } from '../input.ts';
import { makeTool } from '../tool.ts';

const noteBytesAtMost = 500;

export const heartbeatTool = makeTool({
  name: 'heartbeat',
  title: 'Say that monitoring is alive',
  description: 'Tells the board that monitoring is alive, and how many drifts were detected.',
  readOnly: false,
  input: { ...card, note: text('your words instead') },
  run: ({ work }, given, { signal }) => {
    const note = given.note === undefined ? undefined : cutTo(clean(given.note), noteBytesAtMost);
    return work.onRunning(
      given,
      async (of) => {
        const judged = await work.judge(of, signal);
        if (typeof judged === 'string') return judged;
        const said = await of.queue.inTurn(() => of.run.heartbeat(signal, note));
        return judged.kind === 'unknown' ? `${boardIsSilent(judged.reason)}\n${said}` : said;
      },
      async (board, { id }) => {
        const said = note ?? 'monitoring is alive';
        await board.heartbeat(id, said, signal);
        return said;
      },
    );
  },
});
