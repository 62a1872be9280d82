import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenAt, type Listening } from '../../src/ask/listen.ts';
import { answerLine, monitorSocket } from '../../src/ask/protocol.ts';
import { askFirst } from '../../src/cli/ask-first.ts';
import { terminalOutput } from '../../src/cli/terminal-output.ts';
import type { ProcessWorld } from '../../src/cli/this-process.ts';
import { placeId } from '../../src/observe/place.ts';
import { stateDirOf } from '../../src/registry/state-dir.ts';
import { anOverview, at } from '../ask/an-overview.ts';

/** Longer than a busy machine stalls. */
const patienceMs = 30_000;
let home = '';
let monitor: Listening | null = null;
let says: string | null = null;
let asked = 0;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'asm-first-'));
  [says, asked] = [answerLine(anOverview({ blind: [] })), 0];
  const dir = stateDirOf(join(home, '.local/state/agent-sessions-monitor'), join(home, 'registry.yaml'));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = monitorSocket(dir, placeId(hostname()));
  const answer = () => {
    asked += 1;
    return Promise.resolve(says === null ? null : Buffer.from(says));
  };
  monitor = await listenAt(path ?? '', answer, patienceMs);
});
afterEach(async () => {
  await monitor?.close();
  rmSync(home, { recursive: true, force: true });
});

async function run(words: readonly string[], fails: string | null = null) {
  let said = '';
  const write = (chunk: unknown, _: unknown, done: (error?: Error) => void): void => {
    said += String(chunk);
    done(fails === null ? undefined : Object.assign(new Error(fails), { code: fails }));
  };
  const stdout = new Writable({ write });
  const world: ProcessWorld = {
    version: '1.2.3',
    env: { AGENT_SESSIONS_YAML: join(home, 'registry.yaml') },
    home: () => home,
    cwd: home,
    program: [],
    now: () => at,
    output: (settings) => terminalOutput({ stdout, stderr: stdout }, settings),
  };
  return { ...(await askFirst(words, world, { patienceMs })), said };
}

test('says what a monitor says, as text and as JSON', async () => {
  expect(await run(['status'])).toMatchInlineSnapshot(`
    {
      "exit": 0,
      "hasAsked": true,
      "said": "SESSION              AGENT   STATE                                       SINCE  ID
    shop-creator-claude  claude  needs you 12m: permission prompt · snoozed  12m    87dc548e
    1 session: 1 needs you
    ",
    }
  `);
  const { exit, hasAsked, said } = await run(['status', '--json']);
  expect([exit, hasAsked, JSON.parse(said)]).toEqual([
    0,
    true,
    { sessions: anOverview().sessions.map(({ row }) => row), blind: [] },
  ]);
});

test.each<[string, readonly string[]]>([
  ['another command', ['doctor']],
  ['help', ['status', '--help']],
  ['a wrong flag', ['status', '--wiating']],
  ['a wrong value', ['status', '--watch=no']],
  ['a config file that is named and missing', ['--config', '/nowhere.yaml', 'status']],
  ['a command that stays', ['status', '--watch']],
])('%s is for the whole program, and no monitor is asked', async (_name, words) => {
  const answer = await run(words).catch(() => ({ exit: null, hasAsked: false, said: '' }));
  expect(answer).toEqual({ exit: null, hasAsked: false, said: '' });
  expect(asked).toBe(0);
});

test('an agent that is not known and that no entry names is for the whole program', async () => {
  await expect(run(['status', '--agent', 'nobody'])).rejects.toThrow('there is no agent nobody');
});

test('without an answer, or where deaths are not heard, nothing is said, and the whole program goes on', async () => {
  says = answerLine(anOverview({ hearsDeaths: false }));
  expect(await run(['status'])).toEqual({ exit: null, hasAsked: false, said: '' });
  expect(await run(['status', '--json'])).toMatchObject({ exit: 0, hasAsked: true });
  says = null;
  expect(await run(['status'])).toEqual({ exit: null, hasAsked: true, said: '' });
});

test('an output that cannot be written is a failure of the whole program; a reader that has gone is none', async () => {
  expect(await run(['status'], 'ENOSPC')).toMatchObject({ exit: null, hasAsked: true });
  expect(await run(['status'], 'EPIPE')).toMatchObject({ exit: 0 });
});
