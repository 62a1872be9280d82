import { expect, test } from 'vitest';
import { part } from '../core/property-runs.ts';
import { isBounded, measure } from './invariants/bounded.ts';
import { isQuiet } from './invariants/quiet.ts';
import { loadAll } from './load-all.ts';
import { SimulatedDay } from './simulated-day.ts';

/** `npm run soak` simulates a whole day. */
const hours = Number(process.env['SIM_HOURS'] ?? 0.5 * part);
const sessions = 50;
/**
 * The same day in each run of the tests, so that none fails by chance: one with deaths, the end of a tmux server, a full
 * disk, and a killed monitor. Another one in the soak.
 */
const seed = Number(process.env['SIM_SEED'] ?? (process.env['SIM_HOURS'] === undefined ? 5 : Date.now() % 100_000));
const minute = 60_000;

/*
 * Where each rule is: what happens in `acts.ts`, what is so in `fleet.ts`, what does not work in `outages.ts`, and what
 * must be true at every step in `invariants`.
 */
test(
  `${sessions} sessions live for ${hours} simulated hours, and the monitor is true to them`,
  { timeout: hours * 300_000 + 120_000 },
  async () => {
    await loadAll();
    const day = new SimulatedDay(seed, sessions);
    let isTrue = false;
    try {
      await day.run(5 * minute, false);
      await day.checkReaders(false);
      const before = measure(day.dir);
      for (let left = hours * 60; left > 0; left -= 30) {
        await day.run(Math.min(25, left) * minute, true);
        await day.checkReaders(false);
        day.doAllNow();
        await day.run(5 * minute, false);
        await day.checkReaders(day.isHeard);
        if (hours > 1 && left % 60 === 30) console.log(progressOf(day));
      }
      await isQuiet(day, 10 * minute);
      expect(day.host.phone.isSpared, 'the phone has answered for a quarter of an hour').toBe(false);
      await day.checkReaders(true);
      isBounded(before, measure(day.dir), day.entries.size);
      isTrue = true;
    } finally {
      report(day, isTrue);
      day.close(!isTrue);
    }
  },
);

function progressOf({ clock, steps, told, entries, dir }: SimulatedDay): string {
  const hour = Math.round(clock.elapsed / (60 * minute));
  const heap = Math.round(measure(dir).heap / 2 ** 20);
  return `hour ${hour} of ${hours}, seed ${seed}: ${steps} steps, ${entries.size} entries, ${told.drifts.length} drifts, ${heap} MiB`;
}

function report(day: SimulatedDay, isTrue: boolean): void {
  const { user, system } = process.cpuUsage();
  console.log(
    `seed ${seed}: ${day.steps} steps, ${day.host.observations} observations, ${day.told.drifts.length} drifts, ${((user + system) / 1e6).toFixed(0)} s of a core`,
  );
  console.log(Object.fromEntries(day.counts), measure(day.dir));
  if (!isTrue) console.log(`the last of it, whose files are in ${day.dir}:\n${day.trail.join('\n')}`);
}
