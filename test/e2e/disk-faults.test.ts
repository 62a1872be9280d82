import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reportsFolder, readReport } from '../../src/observe/reports/reports.ts';
import { SickDisk } from './disk-faults/sick-disk.ts';
import { PrivateWorld, until } from './private-world.ts';

/** A call that writes fails, each one in turn: nothing may be torn, lost or told twice, and the next run heals it. */

let world: PrivateWorld;
let disk: SickDisk;
beforeEach(() => {
  world = new PrivateWorld();
  disk = new SickDisk(world);
});
afterEach(() => world.close());

const dead = (name: string): string =>
  `  ${name}-creator-claude: # by hand\n    agent: claude\n    status: running\n    pane: { pid: 4194301, cmd: claude }\n`;

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
  await disk.atEachWrite(['reconcile'], {
    healed: async (place) => {
      const { code, stderr } = await world.run(['reconcile']);
      expect({ code, stderr }, place).toEqual({ code: 0, stderr: '' });
      expect(world.readRegistry(), place).toMatch(terminated);
      const rows = (await eventsOf(shop)).map(({ what, kind }) => [what, kind]);
      expect(rows, place).toEqual([['found', 'session-gone']]);
    },
  });
});

test('an undo: done and known, or not done', { timeout: 1_200_000 }, async () => {
  await withDeath();
  const running = world.readRegistry();
  await world.run(['reconcile']);
  const [found] = await eventsOf(shop);
  await disk.atEachWrite(['undo', found?.event ?? ''], {
    atMost: 8,
    healed: async (place, _, before) => {
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
    },
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
  await disk.atEachWrite(['comment', '--card', monitor.card, 'well done'], {
    healed: async (place, { code }) => {
      const there = await count();
      expect(code === 0 ? [1] : [0, 1], place).toContain(there);
      expect(await world.run(['comment', '--card', monitor.card, 'well done']), place).toMatchObject({ code: 0 });
      expect(await count(), place).toBe(there + 1);
    },
  });
});

test('a job: in the registry and in the list, or in neither', { timeout: 1_200_000 }, async () => {
  world.writeRegistry(`sessions:\n${mine}${dead('shop')}`, 60);
  const submit = ['jobs', 'submit', '--session', shop, '--prompt', 'x', '--json'];
  await disk.atEachWrite(submit, {
    atMost: 8,
    healed: async (place, { code, stdout }) => {
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
    },
  });
});

test('a snooze: known or not, and the next one is', { timeout: 1_200_000 }, async () => {
  world.writeRegistry(`sessions:\n${mine}`, 60);
  const words = ['snooze', 'keep', '2h'];
  const snoozed = async () => JSON.parse((await world.run(['snooze', '--json'])).stdout).snoozed.length;
  await disk.atEachWrite(words, {
    atMost: 4,
    healed: async (place, { code }) => {
      expect(code === 0 ? [1] : [0, 1], place).toContain(await snoozed());
      expect(await world.run(words), place).toMatchObject({ code: 0, stderr: '' });
      expect(await snoozed(), place).toBe(1);
    },
  });
});

test('a report of an agent: silent whatever comes, and the next one is taken', { timeout: 1_200_000 }, async () => {
  const agent = world.startOther('bash', ['-c', 'exec -a opencode sleep 100000']).pid;
  const folder = join(world.state, reportsFolder);
  const says = (): string => {
    const reports = readdirSync(world.state).includes(reportsFolder) ? readdirSync(folder) : [];
    const name = reports.find((one) => /^\d+-\d+\.json$/.test(one));
    const report = name === undefined ? null : readReport(join(folder, name));
    return report?.kind === 'report' ? report.fields.event : (report?.kind ?? 'none');
  };
  const input = JSON.stringify({ pid: agent, id: 'ses_0123456789' });
  const report = (event: string) => ['report', '--event', event];
  await until('the agent', () => readFileSync(`/proc/${agent}/cmdline`, 'utf8').startsWith('opencode'));
  await disk.run(report('first'), input);
  await disk.atEachWrite(report('second'), {
    text: says,
    input,
    isSilent: true,
    atMost: 4,
    healed: async (place) => {
      expect(await disk.run(report('next'), input), place).toMatchObject({ code: 0, stdout: '', stderr: '' });
      expect(says(), place).toBe('next');
      expect(
        readdirSync(folder).filter((name) => name.endsWith('.lock')),
        place,
      ).toEqual([]);
    },
  });
});
