import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SickDisk } from './disk-faults/sick-disk.ts';
import { PrivateWorld } from './private-world.ts';

/** A write of `setup` fails, each in turn: no file is torn, and the next run does, or takes out, all of it. */

let world: PrivateWorld;
let disk: SickDisk;
beforeEach(() => {
  world = new PrivateWorld();
  world.writeRegistry('sessions: {}\n', 60);
  disk = new SickDisk(world);
});
afterEach(() => world.close());

const config = '# mine\nmodel: { default: some }\n';
const hermes = (): string => join(world.home, '.hermes');

/** Returns the texts of all files below a folder, by their paths. */
function filesIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

const inHermes = [
  { what: 'the entry and the skill', words: ['setup'] },
  { what: 'the plugin', words: ['setup', '--plugin'] },
];
for (const { what, words } of inHermes) {
  test(
    `set-up of Hermes, ${what}: the config is old or new, and the next run does it all`,
    { timeout: 1_200_000 },
    async () => {
      world.file('home/.hermes/config.yaml', config);
      const before = filesIn(hermes());
      expect(await world.run(words)).toMatchObject({ code: 0, stderr: '' });
      const whole = filesIn(hermes());
      const uninstall = [...words, '--uninstall'];
      await world.run(uninstall);
      expect(filesIn(hermes())).toEqual(before);

      const text = (): string => readFileSync(join(hermes(), 'config.yaml'), 'utf8');
      await disk.atEachWrite(words, {
        text,
        atMost: 3,
        healed: async (place) => {
          for (const [path, is] of Object.entries(filesIn(hermes()))) {
            // What could not be removed either is no file of Hermes, and no other process takes it for one.
            if (!path.endsWith('.tmp')) expect([before[path], whole[path]], `${place}: ${path}`).toContain(is);
          }
          const again = await world.run(words);
          expect(again, place).toMatchObject({ code: 0, stderr: '' });
          expect(again.stdout, place).not.toContain('not ours');
          expect(filesIn(hermes()), place).toEqual(whole);
          expect(await world.run(uninstall), place).toMatchObject({ code: 0, stderr: '' });
          expect(filesIn(hermes()), place).toEqual(before);
        },
      });

      await world.run(words);
      await disk.atEachWrite(uninstall, {
        text,
        atMost: 2,
        healed: async (place) => {
          expect(await world.run(uninstall), place).toMatchObject({ code: 0, stderr: '' });
          expect(filesIn(hermes()), place).toEqual(before);
        },
      });
    },
  );
}

test('a unit of systemd: it stays ours, and the next run writes it', { timeout: 1_200_000 }, async () => {
  const words = ['setup', '--service', '--card', 't_1', '--yes'];
  const units = join(world.home, '.config/systemd/user');
  await world.run(words);
  const whole = filesIn(units);
  await world.run(['setup', '--service', '--uninstall']);
  await disk.atEachWrite(words, {
    text: () => filesIn(units)['agent-sessions-monitor.service'] ?? '',
    atMost: 3,
    healed: async (place) => {
      const again = await world.run(words);
      expect(again, place).toMatchObject({ code: 0, stderr: '' });
      expect(again.stdout, place).toContain(': written');
      expect(filesIn(units), place).toEqual(whole);
    },
  });
});

/** Claude's part: it keeps what it was told, and says so. */
const pretendClaude = `#!/bin/sh
has() { [ -e "$HOME/$1" ]; }
case "$*" in
'plugin list --json') has plugin && echo '[{ "id": "agent-sessions-reports@agent-sessions-monitor" }]' || echo '[]' ;;
'plugin marketplace list --json')
  has market && echo "[{ \\"name\\": \\"agent-sessions-monitor\\", \\"path\\": \\"$(cat "$HOME/market")\\" }]" || echo '[]' ;;
'plugin marketplace add '*) printf %s "$4" > "$HOME/market" ;;
'plugin install '*) : > "$HOME/plugin" ;;
esac
`;

test('the hooks of Claude Code: nothing is asked of Claude, or all', { timeout: 1_200_000 }, async () => {
  chmodSync(world.file('bin/claude', pretendClaude), 0o755);
  const words = ['setup', '--hooks', 'claude-code', '--yes'];
  const text = (): string => ['market', 'plugin'].filter((name) => existsSync(join(world.home, name))).join(' ');
  await disk.atEachWrite(words, {
    text,
    healed: async (place) => {
      expect(await world.run(words), place).toMatchObject({ code: 0, stderr: '' });
      expect(text(), place).toBe('market plugin');
      expect(readdirSync(world.state), place).toContain('hooks');
    },
  });
});
