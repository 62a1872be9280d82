import { expect, test } from 'vitest';
import { resumeOf, sessionCommand } from '../../src/core/resume.ts';
import { anEntry, anObservation, claudeLook } from './world.ts';

const id = '87dc548e-1c1f-4e0c-9d55-0c7a4b1e2f63';
const observation = anObservation({
  claude: claudeLook({ artifacts: new Map([[id, { path: '/t.jsonl', size: 1, mtime: 0 }]]) }),
});
const entry = anEntry('shop #(touch x)', {
  cwd: "/home/me/it's #S",
  ids: { own: undefined, claude: id, agy: undefined },
});

test('a conversation goes on by one line for a shell, or by one that makes its tmux session again', () => {
  expect(resumeOf(entry, observation)).toBe(`cd '/home/me/it'\\''s #S' && claude --resume ${id}`);
  expect(sessionCommand(entry, observation, '/tmp/tmux-1000/default')).toBe(
    `tmux new-session -d -s 'shop ##(touch x)' -c '/home/me/it'\\''s ##S' 'claude --resume ${id}'`,
  );
  expect(sessionCommand(entry, observation, '/tmp/tmux-1000/far away')).toBe(
    `tmux -S '/tmp/tmux-1000/far away' new-session -d -s 'shop ##(touch x)' -c '/home/me/it'\\''s ##S' 'claude --resume ${id}'`,
  );
});

test('a folder that begins with the home as people write it is told whole', () => {
  for (const cwd of ['~/my shop', '$HOME/my shop', '${HOME}/my shop']) {
    expect(resumeOf({ ...entry, cwd }, observation)).toBe(`cd '/home/me/my shop' && claude --resume ${id}`);
  }
});

test('a conversation in another folder of Claude is looked for there', () => {
  const root = { exists: true, keepsRecords: true, cleanupDays: 30 };
  const roots = ['/home/me/.claude', "/srv/it's claude"].map((path) => ({ path, ...root }));
  const claude = (folder: string) =>
    claudeLook({
      roots,
      artifacts: new Map([[id, { path: `${folder}/projects/p/${id}.jsonl`, size: 1, mtime: 0 }]]),
    });
  const resume = (folder: string) => resumeOf({ ...entry, cwd: '/w' }, anObservation({ claude: claude(folder) }));
  expect(resume('/home/me/.claude')).toBe(`cd /w && claude --resume ${id}`);
  expect(resume("/srv/it's claude")).toBe(`cd /w && CLAUDE_CONFIG_DIR='/srv/it'\\''s claude' claude --resume ${id}`);
});

test('without its transcript, or where nobody can look for it, there is no conversation to go on with', () => {
  for (const claude of [claudeLook(), { blind: 'no permission', cure: 'chmod' }]) {
    expect(resumeOf(entry, anObservation({ claude }))).toBeNull();
    expect(sessionCommand(entry, anObservation({ claude }), null)).toBeNull();
  }
});
