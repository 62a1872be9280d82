import { longestWaitSeconds } from '../../config/defaults.ts';
import { usualWaits } from '../../operations/boards.ts';
import { card, count } from '../input.ts';
import { makeTool } from '../tool.ts';
import { waitForDrift } from '../../operations/work/wait-for-drift.ts';

export const waitForDriftTool = makeTool({
  name: 'wait_for_drift',
  title: 'Watch until there is news',
  description:
    'The whole monitoring loop in one call: looks, repairs the registry, comments news on the card, sends heartbeats, watches for a stop comment. Returns when time is up, when something needs your judgement, or when monitoring is over. Call it again and again; "no drift" means: call it again. An answer that begins with "stopped:" means: it is over, end your turn.',
  readOnly: false,
  input: {
    ...card,
    max_seconds: count(
      `how long to wait; default ${usualWaits}, or as this server is set up; at most ${longestWaitSeconds}`,
      { least: 0, most: longestWaitSeconds },
    ),
  },
  run: waitForDrift,
});
