import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { userServers } from '../src/observe/tmux/user-servers.ts';
import { answers } from './answers.ts';
import { openFleet, type Fleet } from './fleet.ts';
import type { Row } from './measure.ts';
import { firstPaint } from './page.ts';
import { crowdedFolder, oldRecords, oneShot, warmPass } from './passes.ts';
import { hookAtStart, turnsReported } from './agent-reports.ts';
import { machine, report, table } from './report.ts';
import { starts } from './starts.ts';
import { burst, idle, idleWithPage, latencies, latencyRow } from './watching.ts';

const root = join(import.meta.dirname, '..');
/** The tmux servers that no fleet has started: each pass asks them too. */
const otherServers = userServers(process.geteuid?.() ?? 0).sockets.length;

execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
if (process.argv.includes('--hermes')) {
  const { measureHermes } = await import('./hermes.ts');
  await report('hermes', await measureHermes());
} else if (process.argv.includes('--peers')) {
  const { measurePeers } = await import('./side-by-side.ts');
  await report('peers', await measurePeers(process.argv[process.argv.indexOf('--peers') + 1] ?? ''));
} else {
  const rows: Row[] = [...(await withFleet(10, starts)), ...(await withFleet(10, hookAtStart))];
  for (const count of [10, 100, 1_000]) rows.push(...(await withFleet(count, oneShot)));
  rows.push(...(await withFleet(1_000, warmPass)));
  rows.push(...(await withFleet(10, crowdedFolder)));
  rows.push(...(await withFleet(10, oldRecords)));
  rows.push(...(await withFleet(100, answers)));
  // 150 sessions fall to 50, so on average there are a hundred.
  const times = [
    ...(await withFleet(150, (fleet) => latencies(fleet, 100))),
    ...(await withFleet(150, (fleet) => latencies(fleet, 100))),
  ];
  rows.push(latencyRow('150 to 50', times));
  rows.push(...(await withFleet(100, burst)));
  rows.push(...(await withFleet(100, idle)));
  rows.push(...(await withFleet(100, turnsReported)));
  rows.push(...(await withFleet(50, idleWithPage)));
  rows.push(...(await firstPaint(50)));
  const figures = table(['Sessions', 'What', 'min / median / max', 'Beside'], rows);
  const others = otherServers === 0 ? '' : `; ${otherServers} other tmux servers of the user were asked too`;
  await report('figures', `${machine()}; ${yamlOfPeers()}${others}. Times in ms.\n\n${figures}`);
}

async function withFleet<Answer>(
  count: number,
  measure: (fleet: Fleet, count: number) => Promise<Answer>,
): Promise<Answer> {
  process.stderr.write(`${count} sessions …\n`);
  const fleet = openFleet(count);
  try {
    return await measure(fleet, count);
  } finally {
    fleet.close();
  }
}

function yamlOfPeers(): string {
  const yaml = execFileSync('python3', ['-c', 'import yaml; print(yaml.__with_libyaml__)'], { encoding: 'utf8' });
  return `the bash peers read YAML ${yaml.trim() === 'True' ? 'with' : 'without'} libyaml`;
}
