import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answers } from '../../src/operations/answers/index.ts';
import { PrivateWorld } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const session = 'shop-creator-claude';

/** Runs the command with `--json`; each line must be what the schema says: no other key, and none in another place. */
async function asked(name: keyof typeof answers, ...words: readonly string[]) {
  const { stdout, stderr } = await world.run([...words, '--json']);
  const lines = (name === 'a failure with --json' ? stderr : stdout).trimEnd().split('\n');
  for (const line of lines)
    expect({ words, line: JSON.stringify(answers[name].parse(JSON.parse(line))) }).toEqual({ words, line });
  return JSON.parse(lines.at(-1) ?? '');
}

test('every --json prints what its schema says, and nothing else', async () => {
  world.writeRegistry(
    `sessions:\n  gone-creator-claude: { agent: claude, status: running, cwd: ${world.work}, pane: { pid: 4194301 } }\n`,
    60,
  );
  await world.openSession(session);
  await asked('reconcile --json', 'reconcile', '--dry-run');
  await asked('reconcile --json', 'reconcile');
  await asked('status --json', 'status');
  await asked('resume --json', 'resume');
  await asked('find --json', 'find', 'SHOP', '--all');
  await asked('resume --json', 'resume', 'gone-creator-claude', session);
  await asked('explain --json', 'explain', session, '--screen');
  await asked('explain --json', 'explain', 'gone-creator-claude');
  const dump = join(world.root, 'dump.json');
  await asked('explain --dump FILE --json', 'explain', '--dump', dump);
  await asked('explain --replay FILE --json', 'explain', '--replay', dump);
  await asked('snooze --json', 'snooze', session, '2h');
  await asked('history --json', 'history');
  await asked('digest --json', 'digest');

  const { id } = await asked(
    'jobs show --json, jobs submit --json',
    'jobs',
    'submit',
    '--session',
    session,
    '--prompt',
    'x',
  );
  await asked('jobs event --json', 'jobs', 'event', id, 'started');
  await asked('jobs show --json, jobs submit --json', 'jobs', 'show', id);
  await asked('jobs list --json', 'jobs', 'list');
  await asked('status --json', 'status');
  await asked('undo --json', 'undo');
  await asked('undo --json', 'undo');
  await asked('history --json', 'history');

  await asked('history --states --json', 'history', '--states');
  await asked('monitor --json', 'monitor', '--max-runtime', '1s');
  await asked('history --states --json', 'history', '--states', '--since', '1h', '--session', session);
  await asked('comment --json', 'comment', 'hello');
  await asked('card --json', 'card');
  await asked('dispatch --json', 'dispatch', '--print');
  await asked('doctor --json', 'doctor');
  await asked('setup --client --json', 'setup', '--client', 'codex');
  await asked('setup --client mcp-json --json', 'setup', '--client', 'mcp-json');
  await asked('setup --service --json', 'setup', '--service', '--card', 't_1');
  world.file('home/.hermes/config.yaml', 'model: x\n');
  await asked('setup --json', 'setup', '--print');
  await asked('setup --json', 'setup');
  await asked('setup --lean --print --json', 'setup', '--lean', '--print');

  await asked('a failure with --json', 'explain', 'no-such-session');
  await asked('a failure with --json', 'reconcile', '--no-such-flag');
});

test('two entries of one name are explained in one document', async () => {
  world.writeRegistry(
    `sessions:\n${['one', 'two'].map((socket) => `  - { session: twin, tmux_socket: ${socket}, agent: claude, status: running }\n`).join('')}`,
    60,
  );
  const { sessions } = await asked('explain --json, of several entries with one name', 'explain', 'twin');
  expect(sessions).toHaveLength(2);
});
