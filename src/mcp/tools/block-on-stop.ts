import { blockOnStop } from '../../operations/work/block-on-stop.ts';
import { card } from '../input.ts';
import { makeTool } from '../tool.ts';

export const blockOnStopTool = makeTool({
  name: 'block_on_stop',
  title: 'Stop if the user asked for it',
  description: 'Looks for a comment that asks to stop monitoring; if there is one, blocks the card and says so.',
  readOnly: false,
  input: card,
  run: blockOnStop,
});
