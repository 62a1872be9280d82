// `npm run soak` runs for hours what `npm test` runs for minutes: long rounds, the tests that vary others (`soakTest`),
// and other versions of Hermes, Claude Code, Codex, opencode, Node and tmux.
import { spawnSync } from 'node:child_process';
import { prepareTests } from './prepare-tests.mjs';
import { fail, root } from './prepare.mjs';
import { soakSettings } from './soak-settings.mjs';

const properties = [
  'core/truth/truth',
  'core/plan/plan',
  'fuzz/random-texts',
  'registry/splice',
  'registry/read-changed',
  'registry/prepare-changed',
  'pass/dump/dump',
].map((name) => `test/${name}.property.test.ts`);

const parts = [
  ['e2e'],
  ['unit', 'test/observe/tmux/tmux-versions.test.ts'],
  ['unit', 'test/simulated-day'],
  ['unit', 'test/fuzz/guided.test.ts', 'test/fuzz/linear.test.ts'],
  ['unit', ...properties, '--testTimeout', '1200000'],
];

await prepareTests();
// Hours of the other parts are not lost to the first that fails.
const failed = parts.filter((words) => !passes(words));
if (failed.length > 0) fail(`failed, see above: ${failed.map((words) => words.join(' ')).join('; ')}`);

function passes([project, ...words]) {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...words];
  const env = { ...process.env, ...soakSettings };
  return spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit', env }).status === 0;
}
