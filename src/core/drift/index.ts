import { agentExited } from './agent-exited.ts';
import { artifactMissing } from './artifact-missing.ts';
import { blind } from './blind.ts';
import type { DriftKind } from './drift-kind.ts';
import { hostRebooted } from './host-rebooted.ts';
import { identityAmbiguous } from './identity-ambiguous.ts';
import { jobOrphaned } from './job-orphaned.ts';
import { needsYou } from './needs-you.ts';
import { registryUnreadable } from './registry-unreadable.ts';
import { sessionGone } from './session-gone.ts';
import { sessionIdMaterialized } from './session-id-materialized.ts';
import { sessionIdRotated } from './session-id-rotated.ts';
import { sessionRenamed } from './session-renamed.ts';
import { sessionRevived } from './session-revived.ts';
import { sessionUnregistered } from './session-unregistered.ts';
import { terminatedButAlive } from './terminated-but-alive.ts';
import { tmuxServerDied } from './tmux-server-died.ts';
import { transcriptExpiring } from './transcript-expiring.ts';

/** Every kind of drift, in the order in which the drifts of one entry are told. */
export const driftKinds: readonly DriftKind[] = [
  sessionGone,
  sessionUnregistered,
  sessionIdMaterialized,
  artifactMissing,
  sessionIdRotated,
  agentExited,
  sessionRevived,
  terminatedButAlive,
  sessionRenamed,
  hostRebooted,
  tmuxServerDied,
  blind,
  registryUnreadable,
  identityAmbiguous,
  transcriptExpiring,
  jobOrphaned,
  needsYou,
];
