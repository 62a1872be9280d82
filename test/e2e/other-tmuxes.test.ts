import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { encodedFolder } from '../../src/agents/claude/project-folder.ts';
import { kill, PrivateWorld, until } from './private-world.ts';
import { tmuxFolders } from './tmux-folders.ts';

const id = '11111111-1111-4111-8111-111111111111';
const name = 'shop-creator-claude';

// With the tmux of the machine all other tests run.
const others = tmuxFolders().filter(([word]) => word !== 'own');

test.each(others.length > 0 ? others : tmuxFolders())(
  'with tmux %s a session is registered, brought back, and its end is seen',
  async (_, folder) => {
    const world = new PrivateWorld();
    world.env['PATH'] = `${world.bin}${delimiter}${folder}${delimiter}${process.env['PATH']}`;
    try {
      const first = { type: 'user', sessionId: id, cwd: world.work, timestamp: new Date().toISOString() };
      world.file(join('home/.claude/projects', encodedFolder(world.work), `${id}.jsonl`), `${JSON.stringify(first)}\n`);
      await world.openSession(name, { args: ['--resume', id] });
      await world.openSession('keep-creator-claude', { inShell: true });
      const doctor = JSON.parse((await world.run(['doctor', '--json'])).stdout);
      const message = world.tmux(['-V']).trim();
      expect(doctor.findings).toContainEqual({ id: 'tmux', ok: true, message, cure: null });
      const monitor = await world.monitor();
      await until('the registration', () => world.readRegistry().includes(id));

      world.tmux(['kill-session', '-t', `=${name}`]);
      const told = (words: string) =>
        until(words, async () => (await world.comments(monitor.card)).find((body) => body.includes(words)));
      expect(await told(`${name}: tmux gone`)).toMatch(/Marked terminated\./);
      const { stdout: script } = await world.run(['resume', name]);
      expect(script).toContain(`claude --resume ${id}`);
      execFileSync('sh', [], { input: script, env: world.env, stdio: ['pipe', 'ignore', 'ignore'] });
      expect(world.tmux(['list-sessions', '-F', '#{session_name}']).split('\n')).toContain(name);

      // A pane that is kept after its agent hides no other session of its server.
      world.tmux(['set-option', '-g', 'remain-on-exit', 'on']);
      const pane = await world.openSession('late-creator-claude');
      await until('the next registration', () => world.readRegistry().includes('late-creator-claude'));
      kill(pane, 'SIGKILL');
      expect(await told('late-creator-claude: claude exited')).toContain('its dead pane');
      const { sessions } = JSON.parse((await world.run(['status', '--json'])).stdout);
      expect(sessions).toContainEqual(expect.objectContaining({ session: 'keep-creator-claude', liveness: 'alive' }));
      expect(await monitor.end('SIGTERM')).toBe(0);
    } finally {
      await world.close();
    }
  },
);
