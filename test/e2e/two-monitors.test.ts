import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { last, Mosquitto } from './mosquitto.ts';
import { PrivateWorld, until, type Running } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => void (world = new PrivateWorld()));
afterEach(() => world.close());

/** Replaces the registry's text as an editor does. */
function edit(change: (text: string) => string): void {
  renameSync(world.file('home/draft', change(world.readRegistry())), world.registry);
}

const sessionsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ {2}(\S+)-creator-claude:/gm)].map(([, name = '']) => name);

describe('two monitors with two state folders on one registry', () => {
  const both = ['one', 'two'] as const;
  type Which = (typeof both)[number];
  const stateOf = (which: Which): string => join(world.root, `state-${which}`);

  /** Takes the state folder of that monitor for what follows. */
  function as(which: Which): PrivateWorld {
    world.env['AGENT_SESSIONS_MONITOR_STATE_DIR'] = stateOf(which);
    return world;
  }

  /** Returns the text of a file in the registry's state folder of that monitor. */
  function textOf(which: Which, file: RegExp): string {
    const [folder = ''] = readdirSync(stateOf(which)).filter((name) => /^[0-9a-f]{8}$/.test(name));
    const dir = join(stateOf(which), folder);
    const names = readdirSync(dir).filter((name) => file.test(name));
    return names.map((name) => readFileSync(join(dir, name), 'utf8')).join('');
  }

  /** Returns how many changes of the registry the logs of both hold as made. */
  const writes = (): number =>
    both.flatMap((which) => textOf(which, /^log\.jsonl$/).match(/"kind":"applied"/g) ?? []).length;
  /** Waits until both have seen a session of that name. */
  const seen = (name: string) =>
    until(`both to see ${name}`, () =>
      both.every((which) => textOf(which, /^states-/).includes(`"${name}-creator-claude"`)),
    );

  test('write and tell each change once, and fight neither the user nor each other', async () => {
    for (const name of ['shop', 'blog']) await world.openSession(`${name}-creator-claude`);
    const one = await as('one').monitor();
    const two = await as('two').monitor();
    const told = async (text: string): Promise<number> => {
      const bodies = [...(await as('one').comments(one.card)), ...(await as('two').comments(two.card))];
      return bodies.filter((body) => body.includes(text)).length;
    };
    await until('both entries', () => sessionsIn(world.readRegistry()).length === 2);
    await Promise.all(['shop', 'blog'].map(seen));
    const before = writes();

    // A death that both see at the same moment, while the user writes.
    edit((text) => text.replace('workspace: blog', 'workspace: journal # mine'));
    world.tmux(['kill-session', '-t', '=shop-creator-claude']);
    const death = 'shop-creator-claude: tmux gone';
    await until('a card to tell the death', async () => (await told(death)) > 0);
    expect(world.readRegistry()).toContain('workspace: journal # mine');
    expect(writes()).toBe(before + 1);

    // The user removes the entry of a living session: neither registers it again.
    edit((text) => text.replace(/^ {2}blog-creator-claude:\n(?: {4}.*\n)*/m, ''));
    await world.openSession('late-creator-claude');
    await until('the newcomer', () => sessionsIn(world.readRegistry()).includes('late'));
    await seen('late');
    expect([sessionsIn(world.readRegistry()), writes()]).toEqual([['shop', 'late'], before + 2]);

    // The one that is killed finds all told when it comes back.
    await two.end('SIGKILL');
    const text = world.readRegistry();
    const back = await as('two').monitor();
    world.tmux(['kill-session', '-t', '=late-creator-claude']);
    await until('a card to tell it', async () => (await told('late-creator-claude: tmux gone')) > 0);
    for (const monitor of [one, back]) expect(await monitor.end('SIGTERM')).toBe(0);
    expect([await told(death), await told('late-creator-claude: tmux gone'), writes()]).toEqual([1, 1, before + 3]);
    expect(world.readRegistry().replace(/(late-creator-claude:[^]*status: )terminated/, '$1running')).toContain(
      text.trimEnd(),
    );
  });
});

test('one lease: a second monitor is refused, by a stopped one too; a dead one is replaced at once', async () => {
  await world.openSession('shop-creator-claude');
  const first = await world.monitor();
  await until('the registration on its card', async () => (await world.comments(first.card)).length === 1);
  const refused = async () => {
    const { code, stderr } = await world.run(['monitor']);
    expect([code, stderr]).toEqual([6, expect.stringContaining(`pid ${first.pid} already watches this registry`)]);
  };
  await refused();

  first.child.kill('SIGSTOP');
  await refused();
  world.tmux(['new-session', '-d', '-s', 'kept']);
  world.tmux(['kill-session', '-t', '=shop-creator-claude']);
  // A single pass does its work, and the monitor that goes on does it no second time.
  const { document } = await world.reconcile();
  expect(document.drifts).toMatchObject([{ kind: 'session-gone' }]);
  const text = world.readRegistry();
  first.child.kill('SIGCONT');
  const death = async () => (await world.comments(first.card)).filter((body) => body.includes('tmux gone')).length;
  await until('the death on the card', async () => (await death()) === 1);

  await first.end('SIGKILL');
  const next = await world.monitor();
  expect(next.card).toBe(first.card);
  expect(await next.end('SIGTERM')).toBe(0);
  expect([await death(), world.readRegistry()]).toEqual([1, text]);
});

test('two prefixes on one broker: neither hears, shows or takes away what is of the other', async () => {
  const broker = await Mosquitto.start(world);
  try {
    const heard = await broker.listen('#');
    const start = async (prefix: string): Promise<Running> => {
      const registry = `sessions:\n  ${prefix}-creator-claude: { agent: claude, status: terminated }\n`;
      const config = `tmux: { sockets: [] }\nmqtt: { url: '${broker.url()}', prefix: ${prefix} }\n`;
      world.env['AGENT_SESSIONS_YAML'] = world.file(`${prefix}/registry.yaml`, registry);
      world.env['AGENT_SESSIONS_MONITOR_CONFIG'] = world.file(`${prefix}/config.yaml`, config);
      return world.monitor(['--interval', '10m']);
    };
    const fleet = async (): Promise<readonly string[]> => {
      const { hosts } = JSON.parse((await world.run(['fleet', '--json'])).stdout);
      return hosts.flatMap(({ online, sessions }: { online: boolean; sessions: readonly { session: string }[] }) =>
        sessions.map(({ session }) => `${session} ${online ? 'online' : 'offline'}`),
      );
    };
    // One look hears only what comes within a second, which a busy machine may miss.
    const showsPlayAlone = () =>
      until('the fleet', async () => {
        expect(await fleet()).toEqual(['play-creator-claude online']);
        return true;
      });
    const host = encodeURIComponent(hostname());
    const [work, play] = [await start('work'), await start('play')];
    await until('both', () =>
      ['work', 'play'].every((prefix) => last(heard, `${prefix}/${host}/sessions/${prefix}-creator-claude`)),
    );
    await showsPlayAlone();

    // The loss of the one says nothing of the other.
    await work.end('SIGKILL');
    await until('its last will', () => last(heard, `work/${host}/state`)?.online === false);
    expect(last(heard, `play/${host}/state`)).toMatchObject({ online: true });
    await showsPlayAlone();
    expect(await play.end('SIGTERM')).toBe(0);
    const topics = [...new Set(heard.map(({ topic }) => topic))].filter((topic) => topic.includes('sessions/'));
    expect(topics.toSorted()).toEqual(
      ['play', 'work'].map((prefix) => `${prefix}/${host}/sessions/${prefix}-creator-claude`),
    );
    for (const running of [work, play]) expect(running.stderr()).not.toMatch(/shares|another/);
  } finally {
    broker.close();
  }
});

// Only root can act as two users.
test.skipIf(process.getuid?.() !== 0)(
  'a user of the group that may read the registry: shown, never written, no lock left',
  async () => {
    const [nobody, shared, own] = [65_534, world.folder('shared'), world.folder('outsider')];
    const registry = world.file(
      'shared/registry.yaml',
      'sessions:\n  shop-creator-claude:\n    agent: claude\n    status: running\n    pane: { pid: 4194301, cmd: claude }\n',
    );
    chmodSync(world.root, 0o755);
    for (const [path, mode] of [
      [shared, 0o750],
      [registry, 0o640],
    ] as const) {
      chownSync(path, 0, nobody);
      chmodSync(path, mode);
    }
    chownSync(own, nobody, nobody);
    world.touch(registry, 60);
    const before = readFileSync(registry, 'utf8');
    const env = {
      AGENT_SESSIONS_YAML: registry,
      AGENT_SESSIONS_MONITOR_STATE_DIR: join(own, 'state'),
      AGENT_SESSIONS_MONITOR_CONFIG: world.file('outsider/config.yaml', 'tmux: { sockets: [] }\n'),
      XDG_CACHE_HOME: join(own, 'cache'),
      HOME: own,
      TMUX_TMPDIR: own,
    };
    const said = async (...words: readonly string[]) => {
      const { code, stderr } = await world.runAsNobody(words, env);
      return [code, stderr];
    };
    expect(await said('status')).toEqual([1, '']);
    expect(await said('reconcile', '--dry-run')).toEqual([0, '']);
    const refusal = expect.stringMatching(new RegExp(`${shared}.*`));
    expect(await said('reconcile')).toEqual([3, refusal]);
    expect([readFileSync(registry, 'utf8'), readdirSync(shared)]).toEqual([before, ['registry.yaml']]);

    // The owner writes, while the other looks; the lock file is the group's to read, not to write.
    world.env['AGENT_SESSIONS_YAML'] = registry;
    expect((await world.reconcile()).document.drifts).toMatchObject([{ kind: 'session-gone' }]);
    expect(await said('reconcile')).toEqual([0, '']);
    expect(existsSync(`${registry}.lock.lock`)).toBe(false);
    expect(readFileSync(registry, 'utf8')).toContain('status: terminated');
  },
);
