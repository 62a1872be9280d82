import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
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

/** Hermes' part: it copies the profile, and deletes it. */
const pretendHermes = `#!/bin/sh
profile="$HERMES_HOME/profiles/$3"
case "$1 $2" in
'profile create') mkdir -p "$profile" && cp "$HERMES_HOME/config.yaml" "$profile/" ;;
'profile delete') rm -r "$profile" ;;
esac
`;

test('a lean profile of Hermes: all of it or none, and the next run makes it', { timeout: 1_200_000 }, async () => {
  world.file('home/.hermes/config.yaml', config);
  chmodSync(world.file('bin/hermes', pretendHermes), 0o755);
  const words = ['setup', '--lean'];
  expect(await world.run(words)).toMatchObject({ code: 0, stderr: '' });
  const whole = filesIn(hermes());
  await world.run([...words, '--uninstall']);
  rmSync(join(hermes(), 'profiles'), { recursive: true });
  await disk.atEachWrite(words, {
    text: () => filesIn(hermes())['profiles/agent-sessions-lean/config.yaml'] ?? '',
    atMost: 3,
    healed: async (place) => {
      expect(existsSync(join(hermes(), 'profiles/agent-sessions-lean')), place).toBe(false);
      expect(await world.run(words), place).toMatchObject({ code: 0, stderr: '' });
      expect(filesIn(hermes()), place).toEqual(whole);
    },
  });
});

test(
  'a unit of systemd: it stays ours, and the next run writes it, or takes it out',
  { timeout: 1_200_000 },
  async () => {
    const words = ['setup', '--service', '--card', 't_1', '--yes'];
    const uninstall = ['setup', '--service', '--uninstall'];
    const units = join(world.home, '.config/systemd/user');
    const text = (): string => filesIn(units)['agent-sessions-monitor.service'] ?? '';
    await world.run(words);
    const whole = filesIn(units);
    await world.run(uninstall);
    await disk.atEachWrite(words, {
      text,
      atMost: 3,
      healed: async (place) => {
        const again = await world.run(words);
        expect(again, place).toMatchObject({ code: 0, stderr: '' });
        expect(again.stdout, place).toContain(': written');
        expect(filesIn(units), place).toEqual(whole);
      },
    });

    await world.run(words);
    await disk.atEachWrite(uninstall, {
      text,
      healed: async (place) => {
        expect(await world.run(uninstall), place).toMatchObject({ code: 0, stderr: '' });
        expect(filesIn(units), place).toEqual({});
      },
    });
  },
);

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

/** VS Code's part: it adds an entry, and takes none out. */
const pretendCode = `#!/usr/bin/env python3
import json, os, sys
path = os.path.expanduser("~/.config/Code/User/mcp.json")
entry = json.loads(sys.argv[2])
os.makedirs(os.path.dirname(path), exist_ok=True)
with open(path, "w") as file:
    json.dump({"servers": {"mine": {"command": "x"}, entry.pop("name"): entry}}, file, indent=2)
`;

test('an MCP host: its entry is added, or cut out of its file, by the next run', { timeout: 1_200_000 }, async () => {
  chmodSync(world.file('bin/code', pretendCode), 0o755);
  const folder = join(world.home, '.config/Code/User');
  const text = (): string => filesIn(folder)['mcp.json'] ?? '';
  const add = ['setup', '--client', 'vscode', '--yes'];
  expect(await world.run(add)).toMatchObject({ code: 0 });
  const whole = filesIn(folder);
  rmSync(folder, { recursive: true });
  await disk.atEachWrite(add, {
    text,
    atMost: 3,
    healed: async (place) => {
      expect(await world.run(add), place).toMatchObject({ code: 0, stderr: '' });
      expect(filesIn(folder), place).toEqual(whole);
    },
  });

  await world.run(add);
  const takeOut = ['setup', '--client', 'vscode', '--uninstall'];
  await disk.atEachWrite(takeOut, {
    text,
    atMost: 3,
    healed: async (place) => {
      expect(await world.run(takeOut), place).toMatchObject({ code: 0 });
      expect(JSON.parse(text()), place).toEqual({ servers: { mine: { command: 'x' } } });
    },
  });
});
