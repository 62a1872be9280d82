import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HermesWorld, versionsInFull } from './hermes-world.ts';
import { isAlive, kill, until } from './private-world.ts';
import { isSoak } from './soak.ts';
import { endsTurn, startModel, waits, type ModelCall } from './scripted-model.ts';

const lean = 'agent-sessions-lean';

describe.each(versionsInFull)('set-up for a real Hermes %s', (version) => {
  let world: HermesWorld;
  let workers: number[];
  beforeEach(() => {
    world = new HermesWorld(version);
    workers = [];
  });
  afterEach(async () => {
    for (const pid of workers) kill(pid, 'SIGKILL');
    await until('the workers to end', () => workers.every((pid) => !isAlive(pid)));
    await world.close();
  });

  const findings = async (...words: readonly string[]): Promise<Record<string, { ok: boolean; message: string }>> => {
    const { stdout } = await world.run(['doctor', '--json', ...words], { timeoutMs: 60_000 });
    const rows: readonly { id: string; ok: boolean; message: string }[] = JSON.parse(stdout).findings;
    return Object.fromEntries(rows.map((row) => [row.id, row]));
  };

  /** Makes a card for that profile, and waits until it was worked for so many calls of the model. */
  async function work(profile: string, asked: () => readonly ModelCall[], calls: number) {
    const before = asked().length;
    const { stdout, stderr } = await world.run(['dispatch', '--assignee', profile]);
    expect(stderr).toBe('');
    const card = stdout.split('\n')[0] ?? '';
    world.kanban('dispatch', '--json');
    const spawned = () => world.show(card).events.findLast(({ kind }: { kind: string }) => kind === 'spawned');
    const worker: number = await until('the worker', () => spawned()?.payload.pid);
    workers.push(worker);
    const working = (): readonly ModelCall[] =>
      asked()
        .slice(before)
        .filter(({ kind }) => kind === 'worker');
    const first = await until('calls of the model', () => working()[calls - 1] && working()[0], 120_000);
    return { card, worker, first };
  }

  /** Returns the first call of a worker of the usual profile. */
  async function usualCall(asked: () => readonly ModelCall[]): Promise<ModelCall> {
    const { first, worker, card } = await work('default', asked, 2);
    kill(worker, 'SIGKILL');
    await until('the worker to end', () => !isAlive(worker));
    world.kanban('archive', card);
    return first;
  }

  test('a lean profile: little is shown to a model, our skill and our tools alone', { timeout: 300_000 }, async () => {
    // At its third call on the lean profile; the usual one has two before.
    const ends = endsTurn(isSoak ? 5 : 3);
    const asked = await startModel(world, waits(1, version === '0.18.2' ? [] : [ends]), { toolsets: 'all' });
    // Ending in prose ends the turn at once.
    world.file('hermes-home/.env', 'HERMES_KANBAN_STOP_NUDGE=0\n');
    expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
    const made = await world.run(['setup', '--lean'], { timeoutMs: 60_000 });
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`dispatch to it with: asm dispatch --assignee ${lean}`);
    const again = await world.run(['setup', '--lean']);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to change') });
    expect(await findings('--profile', lean)).toMatchObject({
      // On a busy machine it may be slower than a worker likes.
      'hermes-entry-answers': { message: expect.stringMatching(/^the MCP server (showed its|took) \d+ /) },
      'hermes-skill': { ok: true, message: expect.stringContaining(`/profiles/${lean}/skills/`) },
      'hermes-entry': { ok: true },
    });

    const usual = isSoak ? await usualCall(asked) : null;
    // On 0.19.0 into another turn: without Hermes' own tools too.
    const { first: small, card } = await work(lean, asked, version === '0.18.2' ? 2 : 5);
    expect(asked().filter(({ kind }) => kind === 'judge')).toHaveLength(version === '0.18.2' ? 0 : 1);
    world.kanban('comment', card, 'stop monitoring');
    await until('the block', () => world.show(card).task.status === 'blocked');
    expect(world.bodies(card).at(-1)).toMatch(/^BLOCKED: stop-requested by user at /);
    expect(small.tools).toHaveLength(7);
    expect(small.tools.filter((name) => !name.startsWith('mcp__agent_sessions_monitor__'))).toEqual([]);
    if (usual !== null) expect(small.chars + small.tool_chars).toBeLessThan((usual.chars + usual.tool_chars) / 5);

    expect(await world.run(['setup', '--uninstall', '--lean'])).toMatchObject({ code: 0, stderr: '' });
    const folder = join(world.hermesHome, 'profiles', lean);
    expect(readFileSync(join(folder, 'config.yaml'), 'utf8')).not.toContain('agent_sessions_monitor');
    expect(existsSync(join(folder, 'skills/agent-sessions-monitor'))).toBe(false);
  });

  test('an entry that Hermes wrote again, without its comments, is still ours', { timeout: 300_000 }, async () => {
    expect(await world.run(['setup'])).toMatchObject({ code: 0 });
    const hermes = (...words: readonly string[]): string =>
      execFileSync('hermes', [...words], { env: world.env, encoding: 'utf8', timeout: 150_000 });
    hermes('config', 'set', 'agent.max_turns', '60');
    const config = join(world.hermesHome, 'config.yaml');
    expect(readFileSync(config, 'utf8')).not.toContain('asm setup');
    expect(await findings()).toMatchObject({ 'hermes-turns': { ok: false } });
    expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
    hermes('config', 'set', 'agent.max_turns', '60');
    expect(await findings()).toMatchObject({ 'hermes-entry': { ok: true }, 'hermes-turns': { ok: true } });
    const { stdout } = await world.run(['setup', '--uninstall']);
    expect(stdout).toContain('agent_sessions_monitor taken out');
    expect(readFileSync(config, 'utf8')).not.toContain('agent_sessions_monitor');
  });

  test('a card for a profile that Hermes does not have, or where a monitor watches already, is refused, and none is made', async () => {
    const refused = await world.run(['dispatch', '--assignee', 'nobody-here']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('Hermes has no profile nobody-here');
    expect(await world.run(['dispatch', '--worker', 'self', '--assignee', 'default'])).toMatchObject({ code: 2 });
    const monitor = await world.monitor();
    const watched = await world.run(['dispatch']);
    expect(watched).toMatchObject({ code: 6, stdout: '' });
    expect(watched.stderr).toContain(`pid ${monitor.pid} already watches this registry`);
    expect(JSON.parse(world.kanban('list', '--json'))).toEqual([]);
  });

  // Both versions say it in the same words. A gateway takes its time to end.
  if (version === '0.19.0')
    test('doctor knows whether a gateway dispatches', { timeout: 300_000 }, async () => {
      expect(await findings()).toMatchObject({ 'hermes-dispatcher': { ok: false }, 'hermes-decompose': { ok: true } });
      const gateway = world.startOther('hermes', ['gateway', 'run']);
      await until('the gateway', async () => (await findings())['hermes-dispatcher']?.ok, 40_000, 500);
      expect(await findings()).toMatchObject({ 'hermes-decompose': { ok: false } });
      world.file('other-home/config.yaml', '');
      expect(await findings('--hermes-home', join(world.root, 'other-home'))).toMatchObject({
        'hermes-dispatcher': { ok: false, message: expect.stringContaining('no gateway runs for') },
      });
      await gateway.end('SIGTERM');
    });
});
