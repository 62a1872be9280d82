import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { reportsFolder, readReport } from '../../../src/observe/reports/reports.ts';
import { Random } from '../../random.ts';
import { PrivateWorld, kill, until } from '../private-world.ts';
import { Killer } from './killer.ts';
import { endsAlone } from './traces.ts';

/** Kills reports of an agent. The last whole one must stay, the next one must come, and nothing else may be left. */
export async function reportRounds(kills: number, seed: number): Promise<void> {
  const world = new PrivateWorld();
  const killer = new Killer(world, new Random(seed));
  try {
    const agent = world.startOther('bash', ['-c', 'exec -a opencode sleep 100000']).pid;
    await until('the agent', () => readFileSync(`/proc/${agent}/cmdline`, 'utf8').startsWith('opencode'));
    const input = world.file('input.json', JSON.stringify({ pid: agent, id: 'ses_0123456789' }));
    const folder = join(world.state, reportsFolder);
    const stays = (): string | null => {
      const name = existsSync(folder) ? readdirSync(folder).find((one) => /^\d+-\d+\.json$/.test(one)) : undefined;
      if (name === undefined) return null;
      const report = readReport(join(folder, name));
      return report.kind === 'report' ? report.fields.event : report.kind;
    };
    const says = (event: string) => ['report', '--event', event];

    const length = await killer.measure(says('first'), { input });
    let last = 'first';
    for (let round = 0; killer.kills < kills; round += 1) {
      const { running, point, ended } = killer.strike(says(`round.${round}`), length, { input });
      const code = await ended;
      await endsAlone(running.pid);
      const event = stays();
      expect(code === null ? [last, `round.${round}`] : [`round.${round}`], point).toContain(event);
      last = event ?? '';
      // The next one waits for the lock of a killed one: not each round has the time.
      if (round % 3 !== 2 && killer.kills < kills) continue;
      last = `after.${round}`;
      expect(await killer.run(says(last), { input })).toMatchObject({ code: 0, stdout: '', stderr: '' });
      expect(stays(), point).toBe(last);
    }
    kill(agent, 'SIGKILL');
    world.writeRegistry('sessions: {}\n', 60);
    expect((await world.reconcile()).code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    await world.close();
  }
}
