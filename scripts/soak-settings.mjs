import { hermesVersions, nodeVersions } from './tested-versions.mjs';

/** What `npm run soak` sets: how long a test runs, or which versions it takes. */
export const soakSettings = {
  CRASH_ROUNDS: '1000',
  CRASH_BOARD: 'hermes',
  DISK_FAULTS: 'all',
  IDLE_SECONDS: '600',
  FLEET_MINUTES: '60',
  FLOOD_SECONDS: '60',
  AWAY_SECONDS: '60',
  HOST_EDITS: '100',
  MCP_HOST_WAITS: 'full',
  CLAUDE_ACTS: '50',
  CLAUDE_VERSIONS: 'newest 2.1.240 2.1.123',
  HERMES_WHOLE: 'yes',
  HERMES_VERSIONS: hermesVersions.join(' '),
  TMUX_VERSIONS: 'own 3.5a backports newest',
  NODE_VERSIONS: [...nodeVersions, 'newest'].join(' '),
  CODEX_VERSIONS: 'newest',
  OPENCODE_VERSIONS: 'newest',
  PROPERTY_TIMES: '100',
  FUZZ_SECONDS: '600',
  FUZZ_LETTERS: '256000',
  SIM_HOURS: '24',
};
