import { existsSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodedFolder } from '../../src/agents/claude/project-folder.ts';
import { findAnswer, type FindAnswer } from '../../src/operations/answers/find.ts';
import { CodexWorld, listens } from './agent-lab/codex.ts';
import { installed } from './agent-lab/installed.ts';
import { startModel } from './agent-lab/model/model.ts';
import { ClaudeWorld } from './claude-lab/claude-world.ts';
import { claudeOf } from './claude-lab/versions.ts';
import { PrivateWorld } from './private-world.ts';

const session = 'shop-creator-claude';
const id = (digit: number): string => `${String(digit).repeat(8)}-1111-4111-8111-${String(digit).repeat(12)}`;

/** Runs `find` in a world that ends with the scenario. */
async function inWorld<World extends PrivateWorld>(
  world: World,
  scenario: (world: World, find: (...words: readonly string[]) => Promise<FindAnswer>) => Promise<void>,
): Promise<void> {
  const find = async (...words: readonly string[]): Promise<FindAnswer> => {
    const { stdout, stderr } = await world.run(['find', ...words, '--json']);
    expect(stderr).toBe('');
    return findAnswer.parse(JSON.parse(stdout));
  };
  await scenario(world, find).finally(() => world.close());
}

const found = ({ sessions }: FindAnswer) =>
  sessions.map((one) => [one.session, one.state, ...one.matches.map((match) => `${match.in}: ${match.text}`)]);

/** Returns every file below a folder, with the time of its last change. */
function filesOf(folder: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  return paths.flatMap((path) => (existsSync(path) ? [`${path} ${statSync(path).mtimeMs}`] : []));
}

test('a session in tmux is found by what it was asked, and nothing is written', () =>
  inWorld(new PrivateWorld(), async (world, find) => {
    const line = (content: string) => ({
      type: 'user',
      message: { role: 'user', content },
      cwd: world.work,
      timestamp: new Date().toISOString(),
    });
    const transcript = (name: string, ...contents: readonly string[]): string =>
      world.file(
        `home/.claude/projects/${encodedFolder(world.work)}/${name}.jsonl`,
        // A line that Claude is just writing stands at the end.
        `${contents.map((content) => JSON.stringify(line(content))).join('\n')}\n{"type":"user","mess`,
      );
    transcript(id(1), 'fix the \u001b[31mCheckout', 'then the cart');
    transcript(id(2), 'a checkout that no entry names');
    const entry = { agent: 'claude', workspace: 'shop', status: 'running', cwd: world.work };
    const fields = JSON.stringify({ ...entry, claude_session_id_own: id(1) });
    world.writeRegistry(`sessions:\n  ${session}: ${fields}\n`, 60);
    await world.openSession(session);
    const before = filesOf(world.home);

    expect(found(await find('CHECKOUT'))).toEqual([[session, 'alive', 'prompt: fix the \u001b[31mCheckout']]);
    const text = await world.run(['find', 'checkout', '--all']);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout.split('\n').map((one) => one.replace(/<1m|\d+m/, 'now'))).toEqual([
      'SESSION              AGENT   STATE     FOUND IN',
      String.raw`shop-creator-claude  claude  alive     prompt now ago: fix the \x1b[31mCheckout`,
      '-                    claude  no entry  prompt now ago: a checkout that no entry names',
      `    cd ${world.work} && claude --resume ${id(2)}`,
      '',
    ]);
    expect(filesOf(world.home)).toEqual(before);
    expect([existsSync(world.state), existsSync(world.cache)]).toEqual([false, false]);

    symlinkSync('/nowhere/at-all', join(world.home, '.claude/projects/away'));
    const hidden = await world.run(['find', 'no such words', '--all']);
    expect(hidden.code).toBe(4);
    expect(hidden.stdout).toContain('/.claude/projects/away is a link to what is not there. Cure: ');
  }));

test(
  'real Claudes: by prompt, by title, before and after /clear, and one without an entry',
  { timeout: 300_000 },
  async () => {
    const model = await startModel();
    await inWorld(new ClaudeWorld(claudeOf('pinned'), model), async (world, find) => {
      world.writeRegistry('sessions:\n', 60);
      const pane = world.openShell(session);
      await pane.start();
      const first = await pane.prompt('look after the Ünïcode carts');
      await pane.type('/rename Cart Work');
      await pane.shows(/Session renamed to: Cart Work/);
      await world.reconcile();
      expect(found(await find('ünïcode'))).toEqual([[session, 'idle', 'prompt: look after the Ünïcode carts']]);
      expect(found(await find('cart work'))).toEqual([
        [session, 'idle', 'title: Cart Work', 'prompt: /rename Cart Work'],
      ]);

      await pane.clear();
      const second = await pane.prompt('now the gardens');
      await world.reconcile();
      const { sessions } = await find('the ünïcode');
      expect(sessions.map((one) => [one.session, one.id, one.matches.map((match) => match.id)])).toEqual([
        [session, second, [first]],
      ]);

      const other = world.openShell('a-shell');
      await other.start();
      const third = await other.prompt('paint the fence');
      const { conversations } = await find('the fence');
      expect(conversations).toMatchObject([
        { agent: 'claude', id: third, running: true, folder: world.work, resume: null },
      ]);
      expect(conversations[0]?.not_resumed).toMatch(/^Its conversation goes on /);
      await other.exit();
      expect((await find('the fence')).conversations).toMatchObject([
        { id: third, running: false, resume: `cd ${world.work} && claude --resume ${third}` },
      ]);
    }).finally(() => model.close());
  },
);

test('a real Codex: by its prompt and its title', { timeout: 300_000 }, async () => {
  const model = await startModel();
  await inWorld(new CodexWorld(installed('codex', 'pinned'), model, { daemon: false }), async (world, find) => {
    world.writeRegistry('sessions:\n', 60);
    const pane = world.openShell('shop-creator-codex');
    await pane.begin('codex', listens);
    await pane.type('water the plants');
    await pane.shows(/ok: water the plants/);
    await world.reconcile();
    const { sessions } = await find('WATER the');
    const id = await world.conversation();
    expect(sessions).toMatchObject([{ session: 'shop-creator-codex', id, title: 'water the plants' }]);
    expect(sessions[0]?.matches.map((match) => match.in)).toEqual(['title', 'prompt']);
  }).finally(() => model.close());
});
