import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { registryOf } from '../../agent-lab/looks.ts';
import { until } from '../../agent-lab/until.ts';
import type { ClaudePane } from '../claude-pane.ts';
import type { ClaudeWorld } from '../claude-world.ts';
import { program } from '../../private-world.ts';
import { clears, entryOf, exits, goesBack, permissions, type Hooked } from './hook-acts.ts';

const session = 'hooked-creator-claude';

/** A Claude with our plugin: what it does is followed at once, and nothing that befalls the plugin disturbs it. */
export async function hooks(world: ClaudeWorld): Promise<void> {
  // An installation of its own, which goes in the end.
  const installation = world.folder('installation');
  cpSync(dirname(program), installation, { recursive: true });
  const setup = [join(installation, 'cli.js'), 'setup', '--hooks', 'claude-code', '--yes'];
  expect(await world.startOther(process.execPath, setup).exited).toBe(0);
  world.writeRegistry(registryOf(world, session), 30);
  const pane = world.openShell(session);
  const hooked = { world, pane, session };
  // What Claude itself writes is all that a pass without hooks would hear of within the interval.
  const monitor = await world.monitor(['--interval', '60s']);
  await pane.start();
  expect(await reported(world, pane)).toMatchObject({ agent: 'claude', event: 'SessionStart', entrypoint: 'cli' });
  const first = await pane.prompt('hello');
  await until(`${first} in the registry`, () => entryOf(hooked).claude_session_id_own === first);
  await reports(world, pane, { event: 'Stop', id: first });

  const cleared = await clears(hooked, first);
  await reports(world, pane, { event: 'SessionStart', id: cleared, source: 'clear' });
  const id = await goesBack(hooked, first);
  await nested(hooked);
  await reports(world, pane, { event: 'Stop', id, entrypoint: 'cli' });
  await permissions(hooked, id);
  await unharmed(world, pane, id);
  await exits(hooked, id);
  await withoutProgram(hooked, { id, installation });
  await monitor.end('SIGTERM');
  const gone = await world.run(['setup', '--hooks', 'claude-code', '--uninstall', '--yes'], { timeoutMs: 60_000 });
  expect(gone).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(join(world.claudeHome, 'settings.json'), 'utf8')).not.toContain('agent-sessions');
}

/** Lets the agent run itself: that run reports for itself, as headless. */
async function nested({ world, pane }: Hooked): Promise<void> {
  await pane.type(`[bash claude -p nested]`);
  const folder = join(world.state, 'hooks');
  await until('the report of the nested run', () =>
    readdirSync(folder).some((name) => /"entrypoint":"sdk-cli"/.test(textIn(join(folder, name)))),
  );
  await world.answered('nested');
  await pane.idle();
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
    expectSilent(pane);
  }
  rmSync(folder, { recursive: true, force: true });
  expect(world.transcript(id)).not.toMatch(/hook_(success|non_blocking_error|error)/);
}

/** The program is removed without its hook, and then the hook too: Claude starts and works as ever. */
async function withoutProgram({ world, pane }: Hooked, was: { id: string; installation: string }): Promise<void> {
  for (const lost of [was.installation, join(world.claudeHome, 'plugins/cache')]) {
    await pane.exit();
    rmSync(lost, { recursive: true });
    await pane.start(`claude --resume ${was.id}`);
    expect(await pane.prompt(`without ${lost.split('/').at(-1)}`)).toBe(was.id);
    expectSilent(pane);
  }
  expect(world.transcript(was.id)).not.toMatch(/hook_(success|non_blocking_error|error)/);
}

function expectSilent(pane: ClaudePane): void {
  expect(pane.screen()).not.toMatch(/hook (error|failed)|report\.sh|plugin/i);
}

function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It was removed meanwhile, or is a folder.
    return '';
  }
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
