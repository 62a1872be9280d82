import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format as prettified } from 'prettier';
import { openFleet, type Fleet } from './fleet.ts';
import type { Row } from './measure.ts';
import { oneShot, warmPass } from './passes.ts';
import { starts } from './starts.ts';
import { burst, idle, latencies, latencyRow } from './watching.ts';

const root = join(import.meta.dirname, '..');

execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
const rows: Row[] = [...(await withFleet(10, starts))];
for (const count of [10, 100, 1_000]) rows.push(...(await withFleet(count, oneShot)));
rows.push(...(await withFleet(1_000, warmPass)));
// On average there are a hundred sessions.
const times = [
  ...(await withFleet(150, (fleet) => latencies(fleet, 100))),
  ...(await withFleet(150, (fleet) => latencies(fleet, 100))),
];
rows.push(latencyRow('150 to 50', times));
rows.push(...(await withFleet(100, burst)));
rows.push(...(await withFleet(100, idle)));
const table = [row(['Sessions', 'What', 'min / median / max', 'Beside']), row(['---', '---', '---', '---'])];
const report = `${machine()}\n\n${[...table, ...rows.map(row)].join('\n')}`;
process.stdout.write(`${report}\n`);
if (process.argv.includes('--write')) await write(report);

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

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const tmux = execFileSync('tmux', ['-V'], { encoding: 'utf8' }).trim();
  const yaml = execFileSync('python3', ['-c', 'import yaml; print(yaml.__with_libyaml__)'], {
    encoding: 'utf8',
  }).trim();
  const peers = yaml === 'True' ? 'the bash peers read YAML with libyaml' : 'the bash peers read YAML without libyaml';
  return `${cpus().length} cores (${model}), Linux, Node ${process.version}, ${tmux}; ${peers}. Times in ms.`;
}

function row(cells: Row): string {
  return `| ${cells.join(' | ')} |`;
}

async function write(report: string): Promise<void> {
  const path = join(root, 'docs/performance.md');
  const text = readFileSync(path, 'utf8');
  const marked = /(<!-- figures: written by npm run bench -- --write -->\n)[^]*(<!-- \/figures -->)/;
  const after = text.replace(marked, (_, begin: string, end: string) => `${begin}\n${report}\n\n${end}`);
  writeFileSync(path, await prettified(after, { filepath: path, printWidth: 120 }));
}
