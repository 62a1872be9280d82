import { afterEach, beforeEach, expect, test } from 'vitest';
import { fleetAnswer } from '../../src/operations/answers/fleet.ts';
import { PrivateWorld, program } from './private-world.ts';
import { Sshd } from './sshd.ts';

let world: PrivateWorld;
let sshd: Sshd;
beforeEach(async () => {
  world = new PrivateWorld();
  sshd = await Sshd.start(world);
});
afterEach(async () => {
  await sshd.close();
  await world.close();
});

/** The command line of this program on the host, which gets nothing of this world's environment. */
function remote(): string {
  const variables = Object.entries(world.env).map(([name, value]) => `${name}='${value}'`);
  return ['env', ...variables, `'${process.execPath}'`, `'${program}'`].join(' ');
}

const fleet = (hosts: string, ...words: readonly string[]) =>
  world.run(['fleet', '--ssh', hosts, '--ssh-config', sshd.config, ...words]);

test('hosts are asked over ssh without a broker; one that does not answer is offline, never gone', async () => {
  await world.openSession('shop-creator-claude');
  world.writeRegistry(
    'sessions:\n  shop-creator-claude: { agent: claude, status: running }\n' +
      '  gone-creator-claude: { agent: claude, status: running, pane: { pid: 4194301 } }\n',
    60,
  );
  await world.reconcile();
  const { code, stdout } = await fleet('lab1,away', '--remote', remote(), '--json');
  expect(code).toBe(0);
  const { hosts } = fleetAnswer.parse(JSON.parse(stdout));
  expect(hosts).toMatchObject([
    {
      host: 'lab1',
      online: true,
      lost: false,
      sessions: [
        { session: 'shop-creator-claude', liveness: 'alive' },
        { session: 'gone-creator-claude', liveness: 'gone', status: 'terminated' },
      ],
    },
    { host: 'away', online: false, sessions: [], reason: expect.stringContaining('Connection refused') },
  ]);
  const people = await fleet('lab1,away', '--remote', remote());
  expect(people.code).toBe(0);
  expect(people.stdout).toMatch(/^lab1 {2}online\n {2}shop-creator-claude/);
  expect(people.stdout).toMatch(/\naway {2}offline: .*Connection refused.*\n {2}its sessions are unknown\n$/);
});

test('a host without the program, one that answers something else, and one that says too much are offline', async () => {
  const reasonOf = async (command: string): Promise<unknown> => {
    const { code, stdout } = await fleet('lab1', '--remote', command, '--json');
    expect(code).toBe(0);
    const [host] = fleetAnswer.parse(JSON.parse(stdout)).hosts;
    expect(host).toMatchObject({ online: false, sessions: [] });
    return host?.reason;
  };
  expect(await reasonOf('/nowhere/asm')).toBe('no /nowhere/asm there (--remote names it)');
  expect(await reasonOf('echo hello #')).toBe('its answer is no status');
  expect(await reasonOf("printf 'a\\033[31mb\\n' >&2; exit 3;")).toBe('a\\x1b[31mb');
  // How it ends when nobody reads on is the shell's matter.
  expect(await reasonOf('yes | head -c 20000000 #')).toBeTypeOf('string');
});

test('sessions in a form that is not known are counted, not dropped in silence', async () => {
  const sessions = [{ session: 'shop', liveness: 'alive' }, { name: 'blog' }, { session: 'news', liveness: 'asleep' }];
  world.file('home/answer.json', JSON.stringify({ sessions }));
  const { stdout } = await fleet('lab1', '--remote', `cat '${world.home}/answer.json' #`);
  expect(stdout).toMatch(/^lab1 {2}online: 2 of its sessions are in a form that this version does not know\n {2}shop /);
});

test('a name that ssh would read as an option is refused, and so are flags that mean nothing here', async () => {
  for (const hosts of ['-oProxyCommand=touch x', 'lab1,', 'a b', '']) expect((await fleet(hosts)).code).toBe(2);
  expect((await fleet('lab1', '--watch')).code).toBe(2);
  expect((await world.run(['fleet', '--remote', 'asm'])).code).toBe(2);
});
