import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gatewayChat, terminalChat } from './hermes-chats.ts';
import { HermesWorld, versionsInFull } from './hermes-world.ts';
import { isAlive, until } from './private-world.ts';

const sources = fileURLToPath(new URL('../../src/hermes/plugin', import.meta.url));

describe.each(versionsInFull)('the plugin in a real Hermes %s', (version) => {
  let world: HermesWorld;
  beforeEach(() => {
    world = new HermesWorld(version);
    const model =
      'model: { provider: custom, default: scripted, base_url: "http://127.0.0.1:9/v1", api_key: none, context_length: 200000 }\n';
    world.file('hermes-home/config.yaml', `${config()}${model}kanban: { dispatch_interval_seconds: 1 }\n`);
    world.writeRegistry('sessions:\n  shop-creator-claude: { workspace: shop, agent: claude, status: running }\n', 60);
  });
  afterEach(() => world.close());

  const config = (): string => readFileSync(join(world.hermesHome, 'config.yaml'), 'utf8');
  const folder = (path = ''): string => join(world.hermesHome, 'plugins/agent-sessions', path);
  const hermes = (...words: readonly string[]) =>
    execaSync(world.wholeHermes, words, {
      env: world.env,
      extendEnv: false,
      cwd: world.home,
      reject: false,
      timeout: 150_000,
      stdin: 'ignore',
    });
  const isTouched = (path: string): boolean => Date.now() - statSync(path).mtimeMs < 1_800_000;
  const listed = (): unknown =>
    JSON.parse(hermes('plugins', 'list', '--user', '--json').stdout).find(
      ({ name }: { name: string }) => name === 'agent-sessions',
    );

  /** Makes a repository that holds the plugin where ours does. @returns its address for Hermes */
  function repository(): string {
    const root = world.folder('repository');
    const at = 'src/hermes/plugin';
    execaSync('mkdir', ['-p', join(root, 'src/hermes')]);
    execaSync('cp', ['-r', sources, join(root, at)]);
    const user = ['-c', 'user.name=me', '-c', 'user.email=me@example.org'];
    for (const words of [
      ['init', '-q'],
      ['add', '-A'],
      [...user, 'commit', '-qm', 'all'],
    ])
      execaSync('git', ['-C', root, ...words], { env: { ...world.env, GIT_CONFIG_GLOBAL: '/dev/null' } });
    return `file://${root}#${at}`;
  }

  test('installed by Hermes, turned on, asked, removed; nothing of it is left', { timeout: 240_000 }, async () => {
    const installed = hermes('plugins', 'install', repository(), '--enable');
    expect(installed).toMatchObject({ exitCode: 0 });
    expect(listed()).toMatchObject({
      status: 'enabled',
      source: 'user',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });

    const status = hermes('agent-sessions', 'status', '--json');
    // It ends as asm does: a session that should run does not.
    expect(status.exitCode).toBe(1);
    expect(JSON.parse(status.stdout).sessions).toMatchObject([{ session: 'shop-creator-claude', liveness: 'gone' }]);
    expect(hermes('agent-sessions', '--version').stdout).toMatch(/^\d+\.\d+\.\d+$/);
    expect(hermes('agent-sessions', 'explain', '--', 'nothing-here')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('nothing-here'),
    });

    // As if a monitor watched a card that the gateway's dispatcher claims for a worker.
    const card = world.createCard('--assignee', 'default');
    const watched = world.file(`state/hermes/watched/${card}`, '');
    world.touch(watched, 3_600);

    // Three that load the plugin at once: two at a terminal, and the gateway with its chats.
    const [cli, tui, gateway] = [terminalChat(world, 'cli'), terminalChat(world, 'tui'), await gatewayChat(world)];
    const say = await cli.ready();
    expect(await say('/asm', '1 session: 1 gone')).toContain('shop-creator-claude');
    expect(await say('/asm digest', 'No monitor watched')).toMatch(/Died:/);
    expect(await say('/asm explain shop-creator-claude', 'shop-creator-claude')).not.toContain('Plugin command error');
    const marker = join(world.root, 'marker');
    expect(await say(`/asm explain $(touch ${marker})`, 'no session')).not.toContain('Plugin command error');
    expect(await say('/asm explain --dump x', 'no session --dump')).not.toContain('Plugin command error');
    expect(await say('/asm reconcile', '/asm [status')).toContain('/asm [status | digest | explain NAME | stop]');

    const inTui = await tui.ready();
    expect(await inTui('/asm', '1 session: 1 gone')).toContain('shop-creator-claude');

    const inChat = await gateway.ready();
    expect(await inChat('/asm', '1 session: 1 gone')).toContain('PRIVMSG me :shop-creator-claude');
    await inChat(`/asm explain $(touch ${marker})`, 'no session');
    expect(existsSync(marker)).toBe(false);

    await world.worker(card);
    await until('the touched file', () => isTouched(watched));

    const monitor = await world.monitor();
    await inChat('/asm stop', `commented on card ${monitor.card}`);
    expect(await monitor.exited).toBe(0);
    expect(await world.card(monitor.card)).toMatchObject({ task: { status: 'blocked' } });
    await say('/asm stop', 'no monitor watches');

    expect(hermes('plugins', 'remove', 'agent-sessions')).toMatchObject({ exitCode: 0 });
    expect(existsSync(folder())).toBe(false);
    expect(config()).toContain('agent-sessions');
    expect(await world.run(['setup', '--plugin', '--uninstall'])).toMatchObject({ code: 0, stderr: '' });
    expect(config()).not.toContain('agent-sessions');
  });

  test('an asm that says too much, nothing, or never ends harms no chat', { timeout: 300_000 }, async () => {
    expect(await world.run(['setup', '--plugin'])).toMatchObject({ code: 0 });
    const fake = world.file(
      'fake-asm',
      `#!/bin/sh
case "$1" in
  status) printf 'red \\033[31m \\342\\200\\256turned\\n'; yes 'a line of the table' | head -n 300000 ;;
  digest) exit 0 ;;
  explain) yes 'without an end' ;;
  *) sleep 600 & echo $! >'${world.root}/left'; wait ;;
esac
`,
    );
    chmodSync(fake, 0o755);
    world.file('hermes-home/plugins/agent-sessions/program.json', JSON.stringify({ command: [fake], env: {} }));
    // The gateway awaits the handler in its own loop, where other chats go on meanwhile.
    const code = `
import asyncio, json, os
from hermes_cli.plugins import discover_plugins, get_plugin_command_handler
discover_plugins()
handler = get_plugin_command_handler('asm')
async def chats():
    said = [await handler(raw) for raw in ('', ' Digest ', 'explain', 'stop now', 'explain a\\0b', 'explain \\ud800', 'explain x')]
    from hermes_plugins.agent_sessions.call import ask
    hung, turns = asyncio.create_task(asyncio.to_thread(ask, ['hang'], deadline=1)), 0
    while not hung.done():
        await asyncio.sleep(0.05)
        turns += 1
    from hermes_plugins.agent_sessions.call import WRITTEN
    os.environ['PATH'] = '/usr/bin:/bin'
    for text in ('', '[]', '{"command": [], "env": {}}', '{"command": ["/nowhere"], "env": {"A": 1}}'):
        WRITTEN.write_text(text)
        said.append(await handler(''))
    class Later:
        """A Hermes that has lost one thing, refuses another, and names a third as before."""
        def register_hook(self, name, callback, /):
            raise PermissionError(name)
        def register_command(self, name, **named):
            said.append(name)
    from hermes_plugins.agent_sessions import register
    register(Later())
    return [*said, hung.result()[1], turns]
print(json.dumps(asyncio.run(chats())))
`;
    const { stdout } = execaSync(join(world.wholeHermes, '../python3'), ['-c', code], {
      env: world.env,
      extendEnv: false,
      timeout: 150_000,
    });
    const [status, digest, ...rest] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(status).toMatch(/^red \[31m turned\na line of the table\n[^]*\n… \d+ more lines: ask asm at a shell$/);
    expect(status.length).toBeLessThan(3_600);
    expect(digest).toBe('asm digest said nothing, and ended with code 0');
    const usage = '/asm [status | digest | explain NAME | stop]';
    expect(rest.slice(0, -1)).toEqual([
      ...Array.from({ length: 4 }, () => usage),
      'asm explain says too much: more than 8000000 bytes',
      ...Array.from({ length: 4 }, () => expect.stringContaining('asm is nowhere on the PATH of Hermes')),
      'asm',
      'asm hang gave no answer in 1 s',
    ]);
    expect(rest.at(-1)).toBeGreaterThan(2);
    await until(
      'the end of what it had started',
      () => !isAlive(Number(readFileSync(join(world.root, 'left'), 'utf8'))),
    );
  });

  // Later versions scan a plugin by these rules before they install it; a critical finding blocks it.
  test('has nothing in it that the scanner of Hermes calls critical', () => {
    const code = `
import pathlib, sys
from tools.skills_guard import scan_skill
scan = scan_skill(pathlib.Path(sys.argv[1]), source='community')
print(scan.verdict, [finding.pattern_id for finding in scan.findings if finding.severity == 'critical'])
`;
    const python = join(world.wholeHermes, '../python3');
    const { stdout } = execaSync(python, ['-c', code, sources], { env: world.env, extendEnv: false, timeout: 150_000 });
    expect(stdout.trim()).toMatch(/^(safe|caution) \[\]$/);
  });

  test('tells the monitor at once that its card changed, and of no other card', { timeout: 300_000 }, async () => {
    expect(await world.run(['setup', '--plugin'])).toMatchObject({ code: 0 });
    const card = world.createCard();
    const monitor = world.start(['monitor', '--board', 'hermes', '--card', card, '--interval', '1h']);
    const watched = join(world.state, 'hermes/watched');
    await until('the file of the card', () => existsSync(join(watched, card)));
    world.touch(join(watched, card), 3_600);
    // As a worker of Hermes does when it blocks; `hermes kanban` loads no plugins.
    const code = `
from hermes_cli.plugins import discover_plugins, invoke_hook
discover_plugins()
for card in ('${card}', 't_other', '../../evil'):
    invoke_hook('kanban_task_blocked', task_id=card, board=None, profile_name='default', reason='r', later='field')
`;
    execaSync(join(world.wholeHermes, '../python3'), ['-c', code], {
      env: world.env,
      extendEnv: false,
      timeout: 150_000,
    });
    expect(isTouched(join(watched, card))).toBe(true);
    expect(readdirSync(watched)).toEqual([card]);
    expect(await monitor.end('SIGTERM')).toBe(0);
    expect(readdirSync(watched)).toEqual([]);
  });

  test(
    'set up by asm it finds this program without a PATH, and goes without a trace',
    { timeout: 300_000 },
    async () => {
      const before = config();
      expect(await world.run(['setup', '--plugin'])).toMatchObject({ code: 0, stderr: '' });
      expect(listed()).toMatchObject({ status: 'enabled' });
      const bare = Object.fromEntries(
        Object.entries(world.env).filter(([name]) => !name.startsWith('AGENT_SESSIONS') && name !== 'HOME'),
      );
      const { stdout } = execaSync(world.wholeHermes, ['agent-sessions', 'status', '--json'], {
        env: { ...bare, PATH: '/usr/bin:/bin', HOME: world.folder('other-home'), HERMES_REAL_HOME: world.home },
        extendEnv: false,
        cwd: world.home,
        reject: false,
        timeout: 150_000,
      });
      expect(JSON.parse(stdout).sessions).toMatchObject([{ session: 'shop-creator-claude' }]);
      expect(existsSync(folder('__pycache__'))).toBe(true);
      expect(await world.run(['setup', '--plugin', '--uninstall'])).toMatchObject({ code: 0, stderr: '' });
      expect(config()).toBe(before);
      expect(existsSync(folder())).toBe(false);
    },
  );
});
