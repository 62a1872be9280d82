import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HermesWorld, versionsInFull } from './hermes-world.ts';
import { isAlive, program, until } from './private-world.ts';
import { endsTurn, startModel, waits, type ModelCall } from './scripted-model.ts';

const iso = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
test('0.18.2 gives one turn: at its end the run ends itself, with a word', { timeout: 300_000 }, async () => {
  const world = new HermesWorld('0.18.2');
  try {
    const card = world.createCard();
    world.kanban('claim', card);
    const env = { ...world.env, HERMES_KANBAN_TASK: card };
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [program, 'mcp'],
      env,
      cwd: world.home,
    });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    const call = async (): Promise<unknown> => (await client.callTool({ name: 'status', arguments: {} })).content;
    for (let count = 1; count < 80; count += 1) await call();
    expect(await call()).toMatchObject([
      { text: expect.stringMatching(/^stopped: Ended: the one turn .* is used up\./) },
    ]);
    expect(await call()).toMatchObject([{ text: expect.stringMatching(/^stopped: /) }]);
    await client.close();
    expect(world.show(card).task.status).toBe('done');
    expect(world.bodies(card)).toEqual([
      expect.stringMatching(/^Ended: the one turn .* is used up\. In all: no drift/),
    ]);
  } finally {
    await world.close();
  }
});

describe.each(versionsInFull)('a card that Hermes %s dispatches to a model', (version) => {
  let world: HermesWorld;
  let asked: () => readonly ModelCall[];
  beforeEach(async () => {
    world = new HermesWorld(version);
    const turns = version === '0.18.2' ? [] : [endsTurn(3), endsTurn(6), endsTurn('news-creator-claude')];
    asked = await startModel(world, waits(4, turns));
    // Ending in prose ends the turn at once.
    world.file('hermes-home/.env', 'HERMES_KANBAN_STOP_NUDGE=0\n');
  });
  afterEach(() => world.close());

  async function ourDispatch(): Promise<string> {
    const { code, stdout, stderr } = await world.run(['dispatch', '--max-runtime', '8h']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n')[0] ?? '';
  }

  /** Makes the card as `docs/hermes.md` writes it. */
  async function byHand(): Promise<string> {
    const page = readFileSync(new URL('../../docs/hermes.md', import.meta.url), 'utf8');
    const [, line = ''] = /`(hermes kanban create "[^`]*)`/.exec(page) ?? [];
    const root = fileURLToPath(new URL('../..', import.meta.url));
    return JSON.parse(execFileSync('bash', ['-c', `${line} --json`], { cwd: root, env: world.env, encoding: 'utf8' }))
      .id;
  }

  test('set up, dispatched, told once, stopped', { timeout: 400_000 }, async () => {
    const before = readFileSync(join(world.hermesHome, 'config.yaml'), 'utf8');
    expect(await world.run(['setup'])).toMatchObject({ code: 0, stderr: '' });
    const { findings } = JSON.parse((await world.run(['doctor', '--json'])).stdout);
    // On a busy machine the MCP server may be slower than a worker likes.
    const isSlow = (message: string): boolean => /^the MCP server took \d+ ms/.test(message);
    const bad = findings.flatMap(({ id, ok, message }: { id: string; ok: boolean; message: string }) =>
      id.startsWith('hermes') && !ok && !isSlow(message) ? [id] : [],
    );
    expect(bad).toEqual(['hermes-dispatcher', ...(version === '0.18.2' ? ['hermes-goal'] : [])]);
    await world.openSession('shop-creator-claude');
    await world.openSession('blog-creator-claude');
    const [makes, makesToo] = version === '0.19.0' ? [ourDispatch, byHand] : [byHand, ourDispatch];
    const card = await makes();
    const worker = await world.dispatched(card);

    await until('the registration', () => world.bodies(card).length > 0, 120_000);
    world.tmux(['kill-session', '-t', '=shop-creator-claude']);
    await until('the death', () => world.bodies(card).length > 1, 120_000);
    const calls = () => asked().filter(({ kind }) => kind === 'worker').length;
    const quiet = calls() + 6;
    await until('quiet cycles, and turns', () => calls() >= quiet, 180_000);
    world.kanban('comment', card, 'ok you can stop monitoring now, thanks');
    await until('the block', () => world.show(card).task.status === 'blocked');
    // Each later turn begins with an empty history: the skill alone says what to do.
    const judged = asked().filter(({ kind }) => kind === 'judge');
    expect(judged.length).toBeGreaterThanOrEqual(version === '0.19.0' ? 2 : 0);
    expect(world.bodies(card)).toEqual([
      'blog-creator-claude: tmux found but not in YAML. Auto-registered.\n' +
        'shop-creator-claude: tmux found but not in YAML. Auto-registered.',
      expect.stringMatching(/^shop-creator-claude: tmux gone .*\. Marked terminated\.$/),
      'ok you can stop monitoring now, thanks',
      'found in this run: 3 drifts (2 session-unregistered, 1 session-gone).',
      expect.stringMatching(new RegExp(`^BLOCKED: stop-requested by user at ${iso}$`)),
    ]);
    // The worker's own name: a later Hermes would push comments of other authors into the running worker.
    expect(world.show(card).comments[0].author).toBe('default');
    await until('the worker to end', () => !isAlive(worker));
    expect(world.show(card).task.status).toBe('blocked');

    // The other way to make a card, and the stop nudge on: a turn that ends in prose goes on, and says nothing twice.
    world.file('hermes-home/.env', '');
    const next = await makesToo();
    const nextWorker = await world.dispatched(next);
    await world.openSession('news-creator-claude');
    const isNudged = ({ new: told }: ModelCall): boolean => told.some(({ text }) => text.includes('is still running'));
    await until('the news', () => world.bodies(next).length > 0);
    // Hermes 0.18.2 has no nudge.
    if (version === '0.19.0') await until('the nudge', () => asked().some(isNudged));
    const later = calls() + 2;
    await until('more cycles', () => calls() >= later, 180_000);
    world.kanban('comment', next, 'stop monitoring');
    await until('the block', () => world.show(next).task.status === 'blocked');
    expect(world.bodies(next)).toEqual([
      'news-creator-claude: tmux found but not in YAML. Auto-registered.',
      'stop monitoring',
      'found in this run: 1 drift (1 session-unregistered).',
      expect.stringMatching(new RegExp(`^BLOCKED: stop-requested by user at ${iso}$`)),
    ]);
    await until('the worker to end', () => !isAlive(nextWorker));

    expect(await world.run(['setup', '--uninstall'])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(world.hermesHome, 'config.yaml'), 'utf8')).toBe(before);
    expect(existsSync(join(world.hermesHome, 'skills/agent-sessions-monitor'))).toBe(false);
  });
});
