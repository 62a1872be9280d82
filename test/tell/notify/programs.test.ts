import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callNotifier } from '../../../src/tell/notify/call-notifier.ts';
import { command } from '../../../src/tell/notify/command.ts';
import { desktop } from '../../../src/tell/notify/desktop.ts';
import { hermes } from '../../../src/tell/notify/hermes.ts';
import type { NotifierWorld } from '../../../src/tell/notify/notifier.ts';
import { aNotice, at } from './notice-events.ts';

const { signal } = new AbortController();
const common = { name: 'n', on: [], workspaces: null, quietHours: null };
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'asm-notify-'))));
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Puts a program on the PATH that writes down its words, its standard input and its environment. */
function program(name: string, ending = 'exit 0'): void {
  const script = `#!/bin/sh\nprintf '%s\\0' "$@" >'${folder}/words'\ncat >'${folder}/input'\nenv >'${folder}/env'\n${ending}\n`;
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
}

const world = (more: Partial<NotifierWorld> = {}): NotifierWorld => ({
  env: { PATH: `${folder}:/usr/bin:/bin`, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' },
  platform: 'linux',
  hermes: 'hermes',
  now: () => at,
  ...more,
});
const got = (what: string): string => readFileSync(join(folder, what), 'utf8');
const words = (): string[] => got('words').split('\0').slice(0, -1);

const hostile = aNotice({ title: '--help: gone', text: String.raw`<a href="x">a</a> & \x1b[31m` + '\n-b $(id) `id`' });

describe('desktop', () => {
  test('notify-send gets title and text as words that are no options and no markup', async () => {
    program('notify-send');
    await desktop({ kind: 'desktop', ...common }, world()).send(hostile, signal);
    expect(words()).toEqual([
      '--app-name=agent-sessions-monitor',
      '--urgency=normal',
      '--',
      '--help: gone',
      String.raw`&lt;a href="x"&gt;a&lt;/a&gt; &amp; \\x1b[31m` + '\n-b $(id) `id`',
    ]);
  });

  test('a desktop that comes after the monitor is found', async () => {
    program('notify-send');
    const { DBUS_SESSION_BUS_ADDRESS: _, ...env } = world().env;
    const notifier = desktop({ kind: 'desktop', ...common }, world({ env: { ...env, XDG_RUNTIME_DIR: folder } }));
    expect(notifier.examine()).toMatchObject([{ ok: false }]);
    const bus = createServer().listen(join(folder, 'bus'));
    await once(bus, 'listening');
    await notifier.send(hostile, signal);
    expect(got('env')).toContain(`DBUS_SESSION_BUS_ADDRESS=unix:path=${folder}/bus\n`);
    expect(notifier.examine()).toMatchObject([{ ok: true, message: 'sends to the desktop by notify-send' }]);
    bus.close();
  });

  test('osascript gets them as arguments of a script that never changes', async () => {
    program('osascript');
    await desktop({ kind: 'desktop', ...common }, world({ platform: 'darwin' })).send(hostile, signal);
    expect(words()).toEqual([
      '-e',
      'on run argv',
      '-e',
      'display notification (item 3 of argv) with title (item 2 of argv)',
      '-e',
      'end run',
      'agent-sessions-monitor',
      '--help: gone',
      hostile.text,
    ]);
  });

  test('its failure is told in its own words; without a desktop doctor says so', async () => {
    program('notify-send', 'echo "Cannot autolaunch D-Bus without X11" >&2; exit 1');
    const { DBUS_SESSION_BUS_ADDRESS: _, ...env } = world().env;
    const notifier = desktop({ kind: 'desktop', ...common }, world({ env: { ...env, XDG_RUNTIME_DIR: folder } }));
    await expect(notifier.send(hostile, signal)).rejects.toThrow(
      'notify-send ended with 1: Cannot autolaunch D-Bus without X11',
    );
    expect(notifier.examine()).toMatchObject([{ ok: false, message: expect.stringContaining('no desktop here') }]);
    const bare = desktop({ kind: 'desktop', ...common }, world({ env: { PATH: '/nowhere' } }));
    expect(bare.examine()).toMatchObject([{ ok: false, message: 'notify-send is not installed' }]);
  });
});

describe('hermes', () => {
  test('the target is one word, the text goes on standard input, and no name in it attaches a file', async () => {
    program('hermes', 'echo "Sent to telegram home channel"');
    const notice = aNotice({
      title: 'MEDIA:/home/me/key.pdf: gone',
      text: 'media:/x med\u0131a:/y MED\u0130A:/z [[as_document]]',
    });
    const notifier = hermes({ kind: 'hermes', ...common, to: '-x' }, world());
    expect(await notifier.send(notice, signal)).toBe('Sent to telegram home channel');
    expect(words()).toEqual(['send', '--to=-x']);
    expect(got('input')).toBe(
      'MEDIA :/home/me/key.pdf: gone (lab1)\n\nmedia :/x med\u0131a :/y MED\u0130A :/z [ [as_document]]\n',
    );
  });

  test('a refusal of the platform is told; a missing Hermes is named', async () => {
    program('hermes', 'echo "hermes send: Platform is not configured." >&2; exit 1');
    const notifier = hermes({ kind: 'hermes', ...common, to: 'telegram' }, world());
    await expect(notifier.send(hostile, signal)).rejects.toThrow(
      'hermes ended with 1: hermes send: Platform is not configured.',
    );
    const missing = hermes({ kind: 'hermes', ...common, to: 'telegram' }, world({ hermes: '/nowhere/hermes' }));
    await expect(missing.send(hostile, signal)).rejects.toThrow('/nowhere/hermes is not installed');
    expect(missing.examine()).toMatchObject([{ ok: false, message: '/nowhere/hermes is not installed' }]);
  });
});

describe('command', () => {
  const settings = (...argv: string[]) => ({ kind: 'command', ...common, argv }) as const;

  test('its words and its environment hold nothing of the notice, which it reads as JSON', async () => {
    program('mine');
    const notifier = command(settings('mine', '--loud', '$TITLE'), world());
    expect(await notifier.send(hostile, signal)).toBe('ended with 0');
    expect(words()).toEqual(['--loud', '$TITLE']);
    expect(JSON.parse(got('input'))).toEqual(hostile);
    expect(got('env')).not.toContain('gone');
  });

  test('its last words are not told: they may hold a secret', async () => {
    program('mine', 'echo "curl: https://hooks.test/secret" >&2; exit 7');
    await expect(command(settings('mine'), world()).send(hostile, signal)).rejects.toThrow(/^mine ended with 7$/);
  });

  test('one that reads nothing, and one that ends at once, are no failure', async () => {
    writeFileSync(join(folder, 'deaf'), '#!/bin/sh\nexec 0<&-\nexit 0\n', { mode: 0o755 });
    const large = aNotice({ text: 'x'.repeat(1_000_000) });
    expect(await command(settings('deaf'), world()).send(large, signal)).toBe('ended with 0');
  });

  test('what it leaves behind does not keep its end from being heard, though it holds the pipes', async () => {
    const large = aNotice({ text: 'x'.repeat(1_000_000) });
    const script = `sleep 600 <&0 & echo $! >'${folder}/child'; exit 0`;
    expect(await command(settings('sh', '-c', script), world()).send(large, signal)).toBe('ended with 0');
    process.kill(Number(got('child')), 'SIGKILL');
  });

  test(
    'too late, it is ended with its children, though it never read and never stopped talking',
    { timeout: 120_000 },
    async () => {
      const started = `sleep 600 & echo $! >'${folder}/child'; echo $$ >'${folder}/pid'`;
      const talks = `head -c 200000000 /dev/zero; echo 1 >'${folder}/talked'; exec yes`;
      const input = 'x'.repeat(1_000_000);
      const call = { program: 'sh', args: ['-c', `${started}; ${talks}`], input, deadlineMs: 1_500, mayQuote: false };
      const before = process.memoryUsage.rss();
      // The deadline is over once it has said much, however long that took.
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const ended = expect(callNotifier(call, world().env, signal)).rejects.toThrow(/^sh did not end in 1.5 s$/);
      const [pid, child] = await untilThere(['pid', 'child', 'talked']);
      await vi.advanceTimersByTimeAsync(1_500);
      await ended;
      vi.useRealTimers();
      expect(process.memoryUsage.rss() - before, 'what it says is not kept').toBeLessThan(100_000_000);
      await expect.poll(() => [Number(pid), Number(child)].filter(isAlive), { timeout: 60_000 }).toEqual([]);
    },
  );

  test('of a program whose words are read, too many end it', async () => {
    const call = { program: 'yes', args: ['word'], deadlineMs: 30_000, mayQuote: true };
    await expect(callNotifier(call, world().env, signal)).rejects.toThrow(/^yes (ended with|was ended by)/);
  });

  test('doctor names a program that is not there', () => {
    expect(command(settings('sh', '-c', 'x'), world()).examine()).toMatchObject([{ ok: true, message: 'runs sh' }]);
    expect(command(settings('nope'), world()).examine()).toMatchObject([
      { ok: false, message: 'nope cannot be started' },
    ]);
  });

  test('when the run ends it is ended with all that it started', async () => {
    const script = `sleep 600 & echo $! >'${folder}/child'; echo $$ >'${folder}/pid'; wait`;
    const over = new AbortController();
    const sending = command(settings('sh', '-c', script), world()).send(hostile, over.signal);
    const pids = await untilThere(['pid', 'child']);
    over.abort();
    await expect(sending).rejects.toThrow('broken off');
    await expect.poll(() => pids.filter(isAlive), { timeout: 60_000 }).toEqual([]);
  });
});

async function untilThere(names: readonly string[]): Promise<readonly number[]> {
  const read = () => names.map((name) => Number(got(name)));
  await expect.poll(() => attempt(read)?.every((pid) => pid > 0), { timeout: 60_000 }).toBe(true);
  return read();
}

function attempt<Value>(make: () => Value): Value | null {
  try {
    return make();
  } catch {
    return null;
  }
}

/** Decides whether a process lives and is no zombie. */
function isAlive(pid: number): boolean {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat !== null && !/\) [ZX]/.test(stat);
}
