import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format as prettified } from 'prettier';

/** Describes the machine and its programs, without which no figure says anything. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const tmux = execFileSync('tmux', ['-V'], { encoding: 'utf8' }).trim();
  return `${cpus().length} cores (${model}), Linux, Node ${process.version}, ${tmux}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Shows the figures and, with `--write`, puts them between their markers in `docs/performance.md`. */
export async function report(name: 'figures' | 'hermes' | 'peers', figures: string): Promise<void> {
  process.stdout.write(`${figures}\n`);
  if (!process.argv.includes('--write')) return;
  const path = join(import.meta.dirname, '../docs/performance.md');
  const text = readFileSync(path, 'utf8');
  const marked = new RegExp(`(<!-- ${name}: written by [^>]* -->\n)[^]*(<!-- /${name} -->)`);
  const after = text.replace(marked, (_, begin: string, end: string) => `${begin}\n${figures}\n\n${end}`);
  writeFileSync(path, await prettified(after, { filepath: path, printWidth: 120 }));
}
