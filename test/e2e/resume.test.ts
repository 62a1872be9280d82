import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodedFolder } from '../../src/agents/claude/project-folder.ts';
import { PrivateWorld, until, untilSo } from './private-world.ts';

const ids = ['1', '2', '3', '4'].map((digit) => `${digit.repeat(8)}-1111-4111-8111-${digit.repeat(12)}`);
const [one = '', two = '', three = '', four = ''] = ids;

let world: PrivateWorld;

beforeEach(() => {
  world = new PrivateWorld();
  // A Claude that is started as a resume line does it, and ends when the test says so.
  const claude = join(world.bin, 'claude');
  writeFileSync(claude, `#!/bin/bash\nexec -a claude perl '${join(world.bin, 'agent.pl')}' "$@"\n`);
  chmodSync(claude, 0o755);
  // In the place of the tmux around the user's shell.
  world.tmux(['new-session', '-d', '-s', 'around', 'sleep 1000'], 'around');
});
afterEach(async () => {
  for (const socket of ['default', 'far', 'around']) endServer(socket);
  await world.close();
});

function endServer(socket: string): void {
  try {
    world.tmux(['kill-server'], socket);
  } catch {
    // There is none.
  }
}

function transcript(id: string, folder: string): void {
  const line = { type: 'user', sessionId: id, cwd: folder, timestamp: new Date().toISOString(), version: '2.1.332' };
  world.file(join('home/.claude/projects', encodedFolder(folder), `${id}.jsonl`), `${JSON.stringify(line)}\n`);
}

/** Returns an entry as YAML. */
function entry(session: string, cwd: string, id: string, fields: object = {}): string {
  const entryFields = { agent: 'claude', status: 'running', cwd, claude_session_id_own: id, ...fields };
  return `  ${JSON.stringify(session)}: ${JSON.stringify(entryFields)}\n`;
}

/** Runs the script that `asm resume` prints, as a user does inside another tmux. */
async function resumed(words: readonly string[] = []) {
  const { code, stdout, stderr } = await world.run(['resume', ...words]);
  expect(code).toBe(0);
  const sh = world.startOther('sh', ['-c', stdout], {
    env: { TMUX: `${world.socketPath('around')},1,0`, TMUX_PANE: '%0', SHELL: '/bin/sh' },
  });
  return { script: stdout, code: await sh.exited, said: sh.stderr().trimEnd().split('\n'), asm: stderr };
}

const listing = ['list-panes', '-a', '-F', '#{session_name} #{pane_pid} #{pane_current_path}'];
const panes = (socket?: string): string => world.tmux(listing, socket);

test('what died with its server comes back by the script, once, on its own server', async () => {
  const odd = join(world.home, "it's $HOME; `x` #S\nnew;");
  mkdirSync(odd);
  const [shop, blog, news] = ['shop-creator-claude', 'b.l:o$g #{pid}; x', 'n#[ew##[s'] as const;
  transcript(one, world.work);
  transcript(two, odd);
  transcript(three, world.work);
  await world.openSession(shop);
  // tmux expands formats in a name.
  await world.openSession(blog.replace('#', '##'));
  await world.openSession(news, { socket: 'far' });
  const far = { tmux_socket: 'far' };
  world.writeRegistry(
    `sessions:\n${entry(shop, world.work, one)}${entry(blog, odd, two)}${entry(news, world.work, three, far)}` +
      entry('ended', world.work, four, { status: 'terminated', termination_mode: 'by-hand' }),
    60,
  );
  const { document } = await world.reconcile();
  expect(document.counts).toMatchObject({ alive: 3 });
  for (const socket of ['default', 'far']) world.tmux(['kill-server'], socket);
  await until('the event', async () => (await world.reconcile()).document.drifts[0]?.kind === 'tmux-server-died');
  rmSync(world.cache, { recursive: true });

  const first = await resumed();
  expect(first.said).toEqual([`${shop}: brought back`, `${blog}: brought back`, `${news}: brought back`]);
  expect(first.code).toBe(0);
  expect(first.script).not.toContain('ended');
  // A pane is in the folder of its server until its program has begun.
  await untilSo(() => {
    expect(panes()).toMatch(/^shop-creator-claude \d+ .*\/work$/m);
    expect(panes()).toContain(odd);
  });
  const back = panes();
  expect(panes('far')).toContain(news);
  expect(panes('around')).toMatch(/^around \d+ \S+\n$/);
  await until('the agents', async () => {
    const { sessions } = JSON.parse((await world.run(['status', '--json'])).stdout);
    return sessions.filter(({ liveness }: { liveness: string }) => liveness === 'alive').length === 3;
  });

  const names = [shop, blog, news];
  const again = world.startOther('sh', ['-c', first.script], {});
  expect(await again.exited).toBe(0);
  expect(again.stderr().trimEnd().split('\n')).toEqual(names.map((name) => `${name}: lives already, left as it is`));
  expect(panes()).toBe(back);
  const nothing = await world.run(['resume']);
  expect(nothing).toMatchObject({ code: 0, stderr: 'nothing to resume\n' });
  expect(nothing.stdout).toMatch(/^#!\/bin\/sh\n# Nothing to resume, as seen at \S+ on \S+\.\n$/);
});

test('the session stays when its agent ends, and then the script says what to run in its shell', async () => {
  transcript(one, world.work);
  const shop = 'shop-creator-claude';
  await world.openSession(shop);
  world.writeRegistry(`sessions:\n${entry(shop, world.work, one)}`, 60);
  await world.reconcile();
  world.tmux(['kill-session', '-t', `=${shop}`]);
  await until('its death', async () => (await world.reconcile()).document.drifts[0]?.kind === 'session-gone');
  const before = world.registryMtime();
  expect((await resumed()).said).toEqual([`${shop}: brought back`]);
  expect(world.registryMtime()).toBe(before);
  await until('it to be seen', async () => (await world.reconcile()).document.counts.alive === 1);
  world.tmux(['send-keys', '-t', `=${shop}:`, 'C-c']);
  await until('a bare shell', async () => {
    const { stdout } = await world.run(['resume', shop, '--json']);
    const [answer] = JSON.parse(stdout).sessions;
    return answer.reason !== 'It lives.' && answer;
  }).then((answer) => {
    const reason = `It lives with a bare shell; run in it: cd ${world.work} && claude --resume ${one}`;
    expect(answer).toEqual({ session: shop, line: null, reason });
  });
  const left = await resumed();
  expect(left.script).toContain(`# ${shop}: It lives with a bare shell; run in it: cd ${world.work}`);
  expect(left.asm).toContain(`${shop}: left as it is. It lives with a bare shell`);
  expect(left.said).toEqual(['']);
});

test('a conversation that cannot go on is a comment that says why, and nothing is written', async () => {
  const away = join(world.work, 'away');
  mkdirSync(away);
  for (const [id, folder] of [
    [one, world.work],
    [two, away],
  ] as const)
    transcript(id, folder);
  rmSync(away, { recursive: true });
  const dead = { pane: { pid: 4_194_301 } };
  world.writeRegistry(
    `sessions:\n${entry('a', world.work, one, dead)}${entry('b', away, two, dead)}${entry('c', world.work, three, dead)}` +
      `${entry('d', world.work, one, dead)}${entry('e\u001b[31m', world.work, four, { status: 'terminated', agent: 'none' })}`,
    60,
  );
  const { code, stdout, stderr } = await world.run(['resume', 'a', 'b', 'c', 'd', 'e\u001b[31m']);
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines.filter((line) => line.startsWith('# ')).slice(1)).toEqual([
    `# b: The folder of its conversation is gone: ${away}.`,
    `# c: The file of its conversation ${three} is gone.`,
    '# d: Its conversation is brought back in a.',
    '# e\\x1b[31m: Its agent is not known.',
  ]);
  expect(lines.filter((line) => line.startsWith('said='))).toHaveLength(1);
  expect(stderr.split('\n')).toContain(`c: left as it is. The file of its conversation ${three} is gone.`);
  expect((await world.run(['resume', 'x'])).code).toBe(2);
  expect(world.logged('opened') + world.logged('applied')).toBe(0);
});
