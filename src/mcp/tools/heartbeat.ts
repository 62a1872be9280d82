import { sayAlive } from '../../operations/work/say-alive.ts';
import { card, text } from '../input.ts';
import { makeTool } from '../tool.ts';

export const heartbeatTool = makeTool({
  name: 'heartbeat',
  title: 'Say that monitoring is alive',
  description: 'Tells the board that monitoring is alive, and how many drifts were detected.',
  readOnly: false,
  input: { ...card, note: text('your words instead') },
  run: sayAlive,
});
