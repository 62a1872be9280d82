import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HermesWorld, hermesVersions } from './hermes-world.ts';
import { isAlive, kill, until } from './private-world.ts';
import { startModel, type ModelCall } from './scripted-model.ts';

const lean = 'agent-sessions-lean';
const rules = {
  judge: [{ verdict: 'continue', reason: 'nobody asked to stop' }],
  rules: [
    {
      when: { tool_offered: 'mcp__agent_sessions_monitor__wait_for_drift' },
      do: { call: 'mcp__agent_sessions_monitor__wait_for_drift', args: { max_seconds: '2' } },
    },
  ],
  default: { say: 'The wait_for_drift tool is missing.' },
};

describe.each(hermesVersions)('set-up for a real Hermes %s', (version) => {
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

  /** The first call of the model that works a card of that profile. */
  async function firstCall(profile: string, asked: () => readonly ModelCall[]): Promise<ModelCall> {
    const before = asked().length;
    const { stdout, stderr } = await world.run(['dispatch', '--assignee', profile]);
    expect(stderr).toBe('');
    const card = stdout.split('\n')[0] ?? '';
    world.kanban('dispatch', '--json');
    const spawned = () => world.show(card).events.findLast(({ kind }: { kind: string }) => kind === 'spawned');
    const worker: number = await until('the worker', () => spawned()?.payload.pid, 60_000);
    workers.push(worker);
    const working = (): readonly ModelCall[] =>
      asked()
        .slice(before)
        .filter(({ kind }) => kind === 'worker');
    const call = await until('a call of our tool and its answer', () => working()[1] && working()[0], 60_000);
    kill(worker, 'SIGKILL');
    await until('the worker to end', () => !isAlive(worker));
    world.kanban('archive', card);
    return call;
  }

  test(
    'a lean profile: less than half of what a model is shown, with our skill and our tools',
    { timeout: 150_000 },
    async () => {
      const asked = await startModel(world, rules, { toolsets: 'all' });
      expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
      const made = await world.run(['setup', '--lean'], { timeoutMs: 60_000 });
      expect(made).toMatchObject({ code: 0, stderr: '' });
      expect(made.stdout).toContain(`dispatch to it with: asm dispatch --assignee ${lean}`);
      expect(await world.run(['setup', '--lean'])).toMatchObject({ code: 2, stdout: '' });
      // It answers in Hermes' time, where the machine has any.
      const said = await until('our server to answer', async () => {
        const found = await findings('--profile', lean);
        return found['hermes-entry-answers']?.ok === true && found;
      });
      expect(said).toMatchObject({
        'hermes-skill': { ok: true, message: expect.stringContaining(`/profiles/${lean}/skills/`) },
        'hermes-entry': { ok: true },
      });

      const usual = await firstCall('default', asked);
      const small = await firstCall(lean, asked);
      const ours = small.tools.filter((name) => name.startsWith('mcp__agent_sessions_monitor__'));
      expect(ours).toHaveLength(7);
      expect(small.tools.filter((name) => !name.startsWith('mcp__') && !name.startsWith('kanban_'))).toEqual([]);
      expect(small.chars + small.tool_chars).toBeLessThan((usual.chars + usual.tool_chars) / 2);

      expect(await world.run(['setup', '--uninstall', '--lean'])).toMatchObject({ code: 0, stderr: '' });
      const folder = join(world.hermesHome, 'profiles', lean);
      expect(readFileSync(join(folder, 'config.yaml'), 'utf8')).not.toContain('agent_sessions_monitor');
      expect(existsSync(join(folder, 'skills/agent-sessions-monitor'))).toBe(false);
    },
  );

  test('an entry that Hermes wrote again, without its comments, is still ours', { timeout: 60_000 }, async () => {
    expect(await world.run(['setup'])).toMatchObject({ code: 0 });
    const hermes = (...words: readonly string[]): string =>
      execFileSync('hermes', [...words], { env: world.env, encoding: 'utf8', timeout: 30_000 });
    hermes('config', 'set', 'agent.max_turns', '60');
    const config = join(world.hermesHome, 'config.yaml');
    expect(readFileSync(config, 'utf8')).not.toContain('asm setup');
    expect(await findings()).toMatchObject({ 'hermes-entry': { ok: true }, 'hermes-turns': { ok: false } });
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

  // Both versions say it in the same words, and a gateway takes its time to end.
  if (version === '0.19.0')
    test('doctor knows whether a gateway dispatches', { timeout: 60_000 }, async () => {
      expect(await findings()).toMatchObject({ 'hermes-dispatcher': { ok: false }, 'hermes-decompose': { ok: true } });
      const gateway = world.startOther('hermes', ['gateway', 'run']);
      await until('the gateway', async () => (await findings())['hermes-dispatcher']?.ok, 40_000, 500);
      expect(await findings()).toMatchObject({ 'hermes-decompose': { ok: false } });
      await gateway.end('SIGTERM');
    });
});
