import type { Tool } from '../tool.ts';
import { blockOnStopTool } from './block-on-stop.ts';
import { commentTool } from './comment.ts';
import { explainTool } from './explain.ts';
import { heartbeatTool } from './heartbeat.ts';
import { reconcileTool } from './reconcile.ts';
import { statusTool } from './status.ts';
import { waitForDriftTool } from './wait-for-drift.ts';

/** Every tool, in the order of the list. */
export const tools: readonly Tool[] = [
  waitForDriftTool,
  reconcileTool,
  commentTool,
  heartbeatTool,
  blockOnStopTool,
  statusTool,
  explainTool,
];
