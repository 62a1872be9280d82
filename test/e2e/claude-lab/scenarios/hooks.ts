import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { registryOf } from '../../agent-lab/looks.ts';
import { until } from '../../agent-lab/until.ts';
import type { ClaudePane } from '../claude-pane.ts';
import type { ClaudeWorld } from '../claude-world.ts';

const session = 'hooked-creator-claude';
const clears = Number(process.env['CLAUDE_CLEARS'] ?? 5);

/** A Claude with our plugin: each `/clear`, a permission, an exit; then with a folder that takes no report. */
export async function hooks(world: ClaudeWorld): Promise<void> {
  const installed = await world.run(['setup', '--hooks', 'claude-code', '--yes'], { timeoutMs: 60_000 });
  expect(installed).toMatchObject({ code: 0, stderr: '' });
  world.writeRegistry(registryOf(world, session), 30);
  const pane = world.openShell(session);
  // What Claude itself writes is all that a pass without hooks would hear of within the interval.
  const monitor = await world.monitor(['--interval', '60s']);
  await pane.start();
  expect(await reported(world, pane)).toMatchObject({ agent: 'claude', event: 'SessionStart', entrypoint: 'cli' });
  const first = await pane.prompt('hello');
  await recorded(world, first);
  await reports(world, pane, { event: 'Stop', id: first });

  const ids = [first];
  for (let count = 0; count < clears; count += 1) {
    const id = await pane.clear();
    const at = Date.now();
    await recorded(world, id);
    if (process.env['CLAUDE_CLEARS'] !== undefined) process.stdout.write(`clear ${Date.now() - at} ms\n`);
    ids.unshift(id);
  }
  await reports(world, pane, { event: 'SessionStart', id: ids[0], source: 'clear' });
  expect(entryOf(world).previous_session_ids.map(({ id }: { id: string }) => id)).toEqual(ids.slice(1));

  await pane.type(`[bash claude -p nested]`);
  await world.answered('nested');
  await pane.idle();
  await reports(world, pane, { event: 'Stop', id: ids[0], entrypoint: 'cli' });
  await pane.type('[bash touch a-file]');
  await pane.is('waiting');
  await reports(world, pane, { event: 'PermissionRequest', id: ids[0] });
  await pane.accept(/Do you want to proceed/);
  await pane.idle();
  expect(entryOf(world).claude_session_id_own).toBe(ids[0]);

  await unharmed(world, pane, ids[0] ?? '');
  await pane.exit();
  await until('the exit to be written', () => entryOf(world).last_visible_status === 'agent-exited');
  await monitor.end('SIGTERM');
  const gone = await world.run(['setup', '--hooks', 'claude-code', '--uninstall', '--yes'], { timeoutMs: 60_000 });
  expect(gone).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(join(world.claudeHome, 'settings.json'), 'utf8')).not.toContain('agent-sessions');
}

/** The agent works on, and shows nothing, whatever became of the folder. */
async function unharmed(world: ClaudeWorld, pane: ClaudePane, id: string): Promise<void> {
  const folder = join(world.state, 'hooks');
  const replaced: readonly (readonly [string, () => void])[] = [
    ['gone', () => undefined],
    ['no folder', () => writeFileSync(folder, '')],
    ['full', () => mkdirSync(folder)],
  ];
  for (const [what, replace] of replaced) {
    rmSync(folder, { recursive: true, force: true });
    replace();
    // As on a full disk: nothing can be written over a folder.
    if (what === 'full') mkdirSync(join(folder, nameOf(pane)));
    expect(await pane.prompt(`with a folder that is ${what}`)).toBe(id);
    expect(pane.screen()).not.toMatch(/hook (error|failed)|report\.sh/i);
  }
  rmSync(folder, { recursive: true, force: true });
  expect(world.transcript(id)).not.toMatch(/hook_(success|non_blocking_error|error)/);
}

function nameOf(pane: ClaudePane): string {
  const stat = readFileSync(`/proc/${pane.pid()}/stat`, 'utf8');
  return `${pane.pid()}-${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}.json`;
}

async function reports(world: ClaudeWorld, pane: ClaudePane, wanted: object): Promise<void> {
  await until('the report', async () => matches(await reported(world, pane), wanted)).catch(() => undefined);
  expect(await reported(world, pane)).toMatchObject(wanted);
}

function matches(one: Record<string, unknown>, wanted: object): boolean {
  return Object.entries(wanted).every(([key, value]) => one[key] === value);
}

function reported(world: ClaudeWorld, pane: ClaudePane): Promise<Record<string, unknown>> {
  const path = join(world.state, 'hooks', nameOf(pane));
  return until(`a report in ${path}`, () => existsSync(path) && JSON.parse(readFileSync(path, 'utf8'))).catch(
    (cause: unknown) => {
      const folder = join(world.state, 'hooks');
      throw new Error(existsSync(folder) ? readdirSync(folder).join(' ') : 'no folder', { cause });
    },
  );
}

async function recorded(world: ClaudeWorld, id: string): Promise<void> {
  await until(`${id} in the registry`, () => entryOf(world).claude_session_id_own === id);
}

function entryOf(world: ClaudeWorld) {
  return parse(world.readRegistry()).sessions[session];
}
