import { cpSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld, until, type Ran } from './private-world.ts';

/** A call that writes fails, each one in turn: nothing may be torn, lost or told twice, and the next run heals it. */

const shim = fileURLToPath(new URL('./disk-faults/fail-write.cjs', import.meta.url));

interface Fault {
  readonly code: 'ENOSPC' | 'EDQUOT' | 'EROFS' | 'EIO';
  /** All calls after it fail too, as on a disk that is full. */
  readonly lasts: boolean;
}

/** What the writer of the registry says of them. */
const inWords = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'input/output error',
} satisfies Record<Fault['code'], string>;

const isFull = process.env['DISK_FAULTS'] === 'all';

/** Returns the faults of one write: `npm run soak` tries all, `npm test` the two most different in turn. */
function faultsAt(write: number): readonly Fault[] {
  if (!isFull) return [write % 2 === 0 ? { code: 'ENOSPC', lasts: true } : { code: 'EIO', lasts: false }];
  const codes = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'] as const;
  return codes.flatMap((code) => [true, false].map((lasts) => ({ code, lasts })));
}

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const dead = (name: string): string =>
  `  ${name}-creator-claude: # by hand\n    agent: claude\n    status: running\n    pane: { pid: 4194301, cmd: claude }\n`;

const parts = ['home', 'state', 'cache'];

/** The socket of a monitor that was killed cannot be copied. */
const asItIs = {
  recursive: true,
  preserveTimestamps: true,
  filter: (path: string) => !lstatSync(path).isSocket(),
};

/** Puts the world's files back as they were. */
function restore(): void {
  for (const part of parts) {
    rmSync(join(world.root, part), { recursive: true, force: true });
    cpSync(join(world.root, 'before', part), join(world.root, part), asItIs);
  }
}

function keep(): void {
  for (const part of parts) {
    world.folder(part);
    cpSync(join(world.root, part), join(world.root, 'before', part), asItIs);
  }
}

async function runSick(words: readonly string[], fault: object): Promise<Ran & { readonly writes: number }> {
  const counted = join(world.root, 'count');
  const ran = await world.run(words, {
    env: {
      NODE_OPTIONS: `--require=${shim}`,
      DISK_ROOT: `${world.root}/`,
      DISK_FAULT: JSON.stringify(fault),
      DISK_COUNT: counted,
    },
  });
  return { ...ran, writes: Number(readFileSync(counted, 'utf8')) };
}

/** Returns what a run left in folders that are not its own. */
function litter(): readonly string[] {
  return readdirSync(dirname(world.registry)).filter((name) => name.startsWith('.agent-sessions'));
}

/** Returns the text without what differs from run to run. */
function plain(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/(delegate_job_id:) \S+/g, '$1 JOB');
}

/** Runs the command with a fault at each of its writes. `healed` looks at what it left, and runs another one. */
async function atEachWrite(
  words: readonly string[],
  healed: (place: string, ran: Ran, before: string) => Promise<void>,
): Promise<void> {
  keep();
  const { writes } = await runSick(words, { at: 0 });
  expect(writes).toBeGreaterThan(1);
  const after = world.readRegistry();
  for (let at = 1; at <= writes; at += 1) {
    for (const fault of faultsAt(at)) {
      restore();
      const place = `${fault.code}${fault.lasts ? ', and on' : ''} at write ${at} of ${writes}`;
      const before = world.readRegistry();
      const ran = await runSick(words, { ...fault, at });
      expect(ran.stderr, place).not.toMatch(/defect|\n {4}at /);
      // 5: the board's own file.
      expect([0, 3, 5], `${place}: ${ran.stderr}`).toContain(ran.code);
      if (ran.code !== 0) expect(ran.stderr, place).toMatch(new RegExp(`${fault.code}|${inWords[fault.code]}`));
      expect([before, after].map(plain), `${place}: old or new`).toContain(plain(world.readRegistry()));
      if (world.readRegistry() !== before) expect(ran.stderr, place).not.toContain('nothing');
      if (!fault.lasts) expect(litter(), place).toEqual([]);
      await healed(place, ran, before);
    }
  }
}

const mine = '  keep:\n    agent: claude\n    status: paused # mine\n';

/** Begins with a registry that a pass has seen, then adds a session that has died. */
async function withDeath(): Promise<void> {
  world.writeRegistry(`sessions:\n${mine}`, 60);
  await world.run(['reconcile']);
  world.writeRegistry(`sessions:\n${mine}${dead('shop')}`, 30);
}

async function eventsOf(session: string): Promise<readonly { what: string; kind: string; event: string }[]> {
  const { events } = JSON.parse((await world.run(['history', '--json'])).stdout);
  return events.filter(({ sessions }: { sessions: string[] }) => sessions.includes(session));
}

const shop = 'shop-creator-claude';
const terminated = /shop-creator-claude: # by hand\n {4}agent: claude\n {4}status: terminated/;

test('a pass: the file is old or new, and the death is logged once', { timeout: 1_200_000 }, async () => {
  await withDeath();
  await atEachWrite(['reconcile'], async (place) => {
    const { code, stderr } = await world.run(['reconcile']);
    expect({ code, stderr }, place).toEqual({ code: 0, stderr: '' });
    expect(world.readRegistry(), place).toMatch(terminated);
    const rows = (await eventsOf(shop)).map(({ what, kind }) => [what, kind]);
    expect(rows, place).toEqual([['found', 'session-gone']]);
  });
});

test('an undo: done and known, or not done', { timeout: 1_200_000 }, async () => {
  await withDeath();
  const running = world.readRegistry();
  await world.run(['reconcile']);
  const [found] = await eventsOf(shop);
  await atEachWrite(['undo', found?.event ?? ''], async (place, _, before) => {
    const isDone = world.readRegistry() === running;
    expect(isDone || world.readRegistry() === before, place).toBe(true);
    const again = await world.run(['undo', found?.event ?? '']);
    if (isDone) expect(again.stderr, place).toContain('that repair was taken back before');
    else expect(again, place).toMatchObject({ code: 0, stderr: '' });
    expect(world.readRegistry(), place).toBe(running);
    expect(
      (await eventsOf(shop)).filter(({ what }) => what === 'undone'),
      place,
    ).toHaveLength(1);
  });
});

test('a comment: there once if it said so, and the card can be read', { timeout: 1_200_000 }, async () => {
  world.writeRegistry(`sessions:\n${mine}`, 60);
  const monitor = await world.monitor();
  await until('its socket', () =>
    readdirSync(world.state, { recursive: true, encoding: 'utf8' }).some((path) => path.endsWith('.sock')),
  );
  await monitor.end('SIGKILL');
  const count = async (): Promise<number> =>
    (await world.comments(monitor.card)).filter((body) => body === 'well done').length;
  await atEachWrite(['comment', '--card', monitor.card, 'well done'], async (place, { code }) => {
    const there = await count();
    expect(code === 0 ? [1] : [0, 1], place).toContain(there);
    expect(await world.run(['comment', '--card', monitor.card, 'well done']), place).toMatchObject({ code: 0 });
    expect(await count(), place).toBe(there + 1);
  });
});

test('a job: in the registry and in the list, or in neither', { timeout: 1_200_000 }, async () => {
  world.writeRegistry(`sessions:\n${mine}${dead('shop')}`, 60);
  const submit = ['jobs', 'submit', '--session', shop, '--prompt', 'x', '--json'];
  await atEachWrite(submit, async (place, { code, stdout }) => {
    const named = /delegate_job_id: ['"]?([\da-f-]{13})/.exec(world.readRegistry())?.[1];
    if (code === 0) expect(named, place).toBe(JSON.parse(stdout).id);
    const again = await world.run(submit);
    expect(again.code, place).toBe(named === undefined ? 0 : 2);
    const id = named ?? JSON.parse(again.stdout).id;
    const { jobs } = JSON.parse((await world.run(['jobs', 'list', '--json'])).stdout);
    expect(
      jobs.map((job: { id: string }) => job.id),
      place,
    ).toContain(id);
  });
});
