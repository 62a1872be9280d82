import { agentReport } from './agent-report.ts';
import { claudeRecord } from './claude-record.ts';
import { commandLine } from './command-line.ts';
import { eventLog } from './event-log.ts';
import { hermesCard } from './hermes-card.ts';
import { hermesConfig } from './hermes-config.ts';
import { localCard } from './local-card.ts';
import { monitorAnswer } from './monitor-answer.ts';
import { mqttPayload } from './mqtt-payload.ts';
import { ownConfig } from './own-config.ts';
import { procFiles } from './proc-files.ts';
import { registry } from './registry.ts';
import { smallParsers } from './small-parsers.ts';
import { stateHistory } from './state-history.ts';
import { stopComment } from './stop-comment.ts';
import type { Target } from './target.ts';
import { tmuxList } from './tmux-list.ts';
import { transcripts } from './transcripts.ts';

export const targets: readonly Target[] = [
  registry,
  tmuxList,
  procFiles,
  transcripts,
  claudeRecord,
  agentReport,
  hermesCard,
  mqttPayload,
  stopComment,
  eventLog,
  hermesConfig,
  localCard,
  ownConfig,
  smallParsers,
  monitorAnswer,
  stateHistory,
  commandLine,
];
