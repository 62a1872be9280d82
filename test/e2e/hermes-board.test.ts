import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hermesVersions } from '../../scripts/tested-versions.mjs';
import { HermesBoard } from '../../src/hermes/hermes-board.ts';
import { makeHermesCommand } from '../../src/hermes/hermes-command.ts';
import { boardContract } from '../contract/board.ts';
import { HermesWorld, versionsInFull } from './hermes-world.ts';
import { childrenOf, registeredIn, until } from './private-world.ts';

/** Holds the board's database until a file is there, as a long transaction of another process does. */
const holdsDatabase = `
import os, sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute('BEGIN EXCLUSIVE')
print('locked', flush=True)
while not os.path.exists(sys.argv[2]):
    time.sleep(0.05)
connection.execute('ROLLBACK')
`;
const iso = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;

for (const version of versionsInFull) {
  boardContract(`the board of Hermes ${version}`, () => {
    const world = new HermesWorld(version);
    const hermes = makeHermesCommand({ program: 'hermes', slug: null, env: world.env });
    let card = '';
    return Promise.resolve({
      board: new HermesBoard({ hermes, author: 'agent-sessions-monitor', runMs: null, stateDir: world.state }),
      comment: async (body) => void world.kanban('comment', '--', card, body),
      card: () => Promise.resolve((card = world.createCard())),
      close: () => world.close(),
    });
  });
}

describe.each(hermesVersions)('a monitor without a model on the whole Hermes %s', (version) => {
  test(
    'claims its card, says what is new once, beats, and is stopped; unblocked it begins anew, never in triage',
    { timeout: 300_000 },
    async () => {
      const world = new HermesWorld(version, { whole: true });
      const tick = () => world.kanban('dispatch', '--json');
      try {
        await world.openSession('shop-creator-claude');
        await world.openSession('blog-creator-claude');
        const dispatched = await world.run(['dispatch', '--worker', 'self']);
        expect(dispatched).toMatchObject({ code: 0, stderr: '' });
        const card = dispatched.stdout.split('\n')[0] ?? '';
        const monitor = (...words: readonly string[]) => world.monitor(['--board', 'hermes', '--card', card, ...words]);
        tick();
        const first = await monitor('--heartbeat', '2s');
        expect(world.show(card).task.status).toBe('running');
        const registration = await until('the registration', () => {
          const bodies = world.bodies(card);
          return registeredIn(bodies).length === 2 ? bodies : null;
        });
        expect(registeredIn(registration)).toEqual(['blog-creator-claude', 'shop-creator-claude']);
        world.tmux(['kill-session', '-t', '=shop-creator-claude']);
        await until('the death', () => world.bodies(card).length > registration.length);
        const authors = world.show(card).comments.map(({ author }: { author: string }) => author);
        expect(new Set(authors)).toEqual(new Set(['agent-sessions-monitor']));
        tick();
        await until('a heartbeat', () => world.kinds(card).includes('heartbeat'));
        world.kanban('comment', card, "don't stop monitoring yet");
        world.kanban('comment', card, '> stop monitoring');
        world.kanban('comment', card, 'the agent stopped');
        world.kanban('comment', card, 'ok you can stop monitoring now, thanks');
        expect(await first.exited).toBe(0);
        expect(world.show(card).task.status).toBe('blocked');
        expect(world.bodies(card).slice(registration.length)).toEqual([
          expect.stringMatching(/^shop-creator-claude: tmux gone .*\. Marked terminated\.$/),
          "don't stop monitoring yet",
          '> stop monitoring',
          'the agent stopped',
          'ok you can stop monitoring now, thanks',
          'found in this run: 3 drifts (2 session-unregistered, 1 session-gone).',
          expect.stringMatching(new RegExp(`^BLOCKED: stop-requested by user at ${iso}$`)),
        ]);

        world.kanban('unblock', card);
        tick();
        const second = await monitor();
        expect(world.show(card).task.status, 'the old stop belongs to the old run').toBe('running');
        world.kanban('comment', card, 'stop monitoring');
        expect(await second.exited).toBe(0);
        expect(world.show(card).task.status).toBe('blocked');
        // The dispatcher's ticks changed nothing.
        const others = world.kinds(card).filter((kind) => /spawn|claim|crash|time|gave/.test(kind));
        expect(others).toEqual(['claimed', 'claimed']);
      } finally {
        await world.close();
      }
    },
  );
});

describe.each(versionsInFull)('a monitor without a model on Hermes %s', (version) => {
  let world: HermesWorld;
  let card: string;
  beforeAll(() => {
    world = new HermesWorld(version);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.forget();
    card = world.createCard();
  });
  const monitor = (...words: readonly string[]) => world.monitor(['--board', 'hermes', '--card', card, ...words]);

  test('a signal leaves the card running, and the next start goes on with it, until its time is over', async () => {
    // After a signal the board has four seconds to take the word: all of Hermes, on a busy machine, may be too slow.
    const quick = { PATH: `${dirname(world.quickHermes)}:${world.env['PATH'] ?? ''}` };
    const codes: (number | null)[] = [];
    const said = async () => {
      codes.push(await (await world.monitor(['--board', 'hermes', '--card', card], quick)).end('SIGTERM'));
      return world.bodies(card).length > 0;
    };
    await until('the word on the card', said, 120_000);
    expect(new Set(codes)).toEqual(new Set([0]));
    expect(world.show(card).task.status).toBe('running');
    expect(world.bodies(card)).toEqual([expect.stringMatching(/^Paused by a signal, the run goes on/)]);
    const second = await monitor('--max-runtime', '3s');
    world.kanban('dispatch', '--json');
    expect(await second.exited).toBe(0);
    const { task, comments } = world.show(card);
    expect(task.status).toBe('done');
    expect(comments.at(-1).body).toMatch(new RegExp(`^Ended: its time was over at ${iso}\\. In all: `));
  });

  test('a card that a person blocks ends the run; a locked database only delays it', { timeout: 300_000 }, async () => {
    const first = await monitor();
    world.kanban('block', card, 'enough', '--kind', 'capability');
    expect(await first.exited).toBe(0);
    expect(first.stdout()).toContain('the card was blocked: enough');
    const again = await world.run(['monitor', '--board', 'hermes', '--card', card]);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('the card was blocked: enough');
    world.kanban('unblock', card);

    await world.openSession('shop-creator-claude');
    const second = await monitor();
    const database = join(world.hermesHome, 'kanban.db');
    const release = join(world.root, 'release');
    const lock = world.startOther('python3', ['-c', holdsDatabase, database, release]);
    await until('the lock', () => lock.stdout().includes('locked'));
    await until('a call that waits for the lock', () =>
      childrenOf(second.pid).some((pid) => !isTail(pid) && holds(pid, database)),
    );
    writeFileSync(release, '');
    expect(await lock.exited).toBe(0);
    await until('the news', () => world.bodies(card).some((body) => body.includes('Auto-registered')));
    expect(world.bodies(card).filter((body) => body.includes('Auto-registered'))).toHaveLength(1);
    world.kanban('comment', card, 'stop monitoring');
    expect(await second.exited).toBe(0);
    expect(world.show(card).task.status).toBe('blocked');
  });

  test('a missing hermes or card ends the start with 5, and nothing is written', async () => {
    const unknown = await world.run(['monitor', '--board', 'hermes', '--card', 't_00000000']);
    expect(unknown).toMatchObject({ code: 5, stdout: '' });
    expect(unknown.stderr).toContain("there is no card t_00000000 on Hermes' board");
    const { PATH: path = '' } = world.env;
    const without = path
      .split(':')
      .filter((folder) => ![world.quickHermes, world.wholeHermes].some((path) => dirname(path) === folder))
      .join(':');
    const missing = await world.run(['monitor', '--board', 'hermes', '--card', card], { env: { PATH: without } });
    expect(missing).toMatchObject({ code: 5, stdout: '' });
    expect(missing.stderr).toContain('hermes is not installed');
    expect(await world.run(['monitor', '--board', 'hermes'])).toMatchObject({ code: 2, stdout: '' });
  });
});

/** Decides whether it is the call that runs as long as its monitor. */
function isTail(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('tail');
}

/** Decides whether a process has a file open. */
function holds(pid: number, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((name) => readlinkSync(join(folder, name)) === path);
}
