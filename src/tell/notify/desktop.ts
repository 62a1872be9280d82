import { join } from 'node:path';
import { cutTo, fitLines } from '../../core/words/text.ts';
import { bad, good } from '../../system/finding.ts';
import { isSocket } from '../../system/if-readable.ts';
import { whichProgram } from '../../system/missing-program.ts';
import { callNotifier } from './call-notifier.ts';
import type { Notice } from './notice-schema.ts';
import type { Notifier, NotifierWorld, SettingsOf } from './notifier.ts';

const deadlineMs = 10_000;
const titleBytes = 200;
/** A bubble shows a few lines; bytes. */
const textBytes = 600;

/** Shows a notice on the desktop of this host: by `notify-send`, on macOS by `osascript`. */
export function desktop(_settings: SettingsOf<'desktop'>, world: NotifierWorld): Notifier {
  const program = world.platform === 'darwin' ? 'osascript' : 'notify-send';
  return {
    send: async (notice, signal) => {
      // Looked up anew: the monitor may have been started before the user's desktop was.
      const env = withBus(world);
      const args = program === 'osascript' ? appleWords(notice) : freedesktopWords(notice);
      await callNotifier({ program, args, deadlineMs, mayQuote: true }, env, signal);
      return `${program} ended with 0`;
    },
    examine: () => {
      const env = withBus(world);
      if (whichProgram(program, env['PATH']) === null) {
        const cure =
          world.platform === 'darwin' ? 'put /usr/bin into PATH' : 'install it: apt-get install libnotify-bin';
        return [bad('notifier', `${program} is not installed`, cure)];
      }
      if (world.platform !== 'darwin' && !env['DBUS_SESSION_BUS_ADDRESS'] && !env['DISPLAY']) {
        return [
          bad(
            'notifier',
            'there is no desktop here: neither a D-Bus session nor a display is known',
            'run the monitor in a desktop session',
          ),
        ];
      }
      return [good('notifier', `sends to the desktop by ${program}`)];
    },
  };
}

/**
 * Adds the address of the user's bus where a tmux server or a service was started without it: systemd puts the bus at
 * this path.
 */
function withBus({ env, platform }: NotifierWorld): NotifierWorld['env'] {
  if (platform === 'darwin' || env['DBUS_SESSION_BUS_ADDRESS'] !== undefined) return env;
  const bus = join(env['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.() ?? 0}`, 'bus');
  return isSocket(bus) ? { ...env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` } : env;
}

const urgencies: Readonly<Record<Notice['urgency'], string>> = { low: 'low', normal: 'normal', high: 'critical' };

/**
 * Returns the words of `notify-send`. After `--` nothing is an option. The body may hold markup by the specification,
 * and `notify-send` itself reads backslashes in it as in C: both are escaped.
 */
function freedesktopWords(notice: Notice): readonly string[] {
  const body = textOf(notice)
    .replaceAll('\\', '\\\\')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  const urgency = urgencies[notice.urgency];
  return ['--app-name=agent-sessions-monitor', `--urgency=${urgency}`, '--', titleOf(notice), body];
}

/** Returns the words of `osascript`. The first word after the script is none of the notice's, so it ends the options. */
function appleWords(notice: Notice): readonly string[] {
  const script = ['on run argv', 'display notification (item 3 of argv) with title (item 2 of argv)', 'end run'];
  return [...script.flatMap((line) => ['-e', line]), 'agent-sessions-monitor', titleOf(notice), textOf(notice)];
}

function titleOf({ title }: Notice): string {
  return cutTo(title, titleBytes);
}

function textOf({ text }: Notice): string {
  return fitLines(text.split('\n'), textBytes, (count) => `… and ${count} more`);
}
