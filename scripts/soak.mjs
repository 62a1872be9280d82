// `npm run soak` runs for hours what `npm test` runs for minutes: every version of a foreign program, and long rounds.
import { build, run } from './prepare.mjs';

const seriously = {
  CRASH_ROUNDS: '200',
  DISK_FAULTS: 'all',
  IDLE_SECONDS: '600',
  FLEET_MINUTES: '60',
  FLOOD_SECONDS: '60',
  AWAY_SECONDS: '60',
  HOST_WAITS: 'full',
  CLAUDE_ACTS: '50',
  CLAUDE_VERSIONS: 'newest 2.1.240 2.1.123',
  HERMES_VERSIONS: '0.19.0 0.18.2',
  NODE_VERSIONS: '20.19.0 22.23.5 24.22.3 26.12.1 newest',
  CODEX_VERSIONS: 'newest',
  OPENCODE_VERSIONS: 'newest',
  PROPERTY_TIMES: '50',
};
const endToEnd = [
  'crash',
  'disk-faults',
  'idle',
  'many-agents',
  'mqtt',
  'claude-code',
  'reports',
  'codex',
  'opencode',
  'mcp-hosts',
  'other-nodes',
];
const onHermes = ['hermes-board', 'hermes-notify', 'hermes-plugin', 'hermes-setup', 'hermes-worker', 'page-hermes'];
const properties = ['core/truth/truth', 'core/plan/plan', 'fuzz/untrusted', 'registry/splice', 'pass/dump/dump'].map(
  (name) => `test/${name}.property.test.ts`,
);

Object.assign(process.env, seriously);
build();
vitest('e2e', ...[...endToEnd, ...onHermes].map((name) => `test/e2e/${name}.test.ts`));
vitest('unit', ...properties, '--testTimeout', '1200000');

function vitest(project, ...words) {
  run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...words], 'inherit');
}
