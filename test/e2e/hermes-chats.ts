import { createServer, type Socket } from 'node:net';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HermesWorld } from './hermes-world.ts';
import { until } from './private-world.ts';

/** Says something to a real Hermes, and waits for a text in what it shows. @returns all that it shows then */
export type Say = (text: string, awaited: string) => Promise<string>;

interface Chat {
  /** Waits until it can be talked to. */
  readonly ready: () => Promise<Say>;
}

/** Starts Hermes' own chat at a terminal. */
export function terminalChat(world: HermesWorld, face: 'cli' | 'tui'): Chat {
  const socket = `chat-${face}`;
  const env = { ...world.env, ...(face === 'tui' ? bundledTui(world) : {}) };
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  world.openPane(
    ['-s', 'chat', '-x', '140', '-y', '50', 'env', ...variables, world.wholeHermes, 'chat', `--${face}`],
    socket,
  );
  const screen = (): string => world.tmux(['capture-pane', '-p', '-S', '-200', '-t', '=chat:'], socket);
  const say: Say = async (text, awaited) => {
    world.tmux(['send-keys', '-t', '=chat:', '-l', text], socket);
    await until(`${text} on the screen`, () => screen().includes(`❯ ${text}`));
    world.tmux(['send-keys', '-t', '=chat:', 'Enter'], socket);
    return until(`${awaited} on the screen`, () => (screen().includes(awaited) ? screen() : null));
  };
  const prompt = face === 'cli' ? /^❯/m : /─ ready │[^]*\n ?❯/;
  return { ready: () => until(`the prompt of the ${face}`, () => (prompt.test(screen()) ? say : null)) };
}

/** Without it 0.18.2 looks for a checkout of itself, although its package holds the TUI. */
function bundledTui(world: HermesWorld): Record<string, string> {
  const folder = world.folder('tui');
  mkdirSync(folder, { recursive: true });
  const python = join(dirname(world.wholeHermes), '../lib/python3.11/site-packages/hermes_cli/tui_dist');
  symlinkSync(python, join(folder, 'dist'));
  return { HERMES_TUI_DIR: folder };
}

/** Starts Hermes' gateway with one platform: an IRC server on this machine, where a user writes to its bot. */
export async function gatewayChat(world: HermesWorld): Promise<Chat> {
  let bot: Socket | null = null;
  let heard = '';
  const server = createServer((socket) => {
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text.replaceAll('\r', '');
      if (text.includes('USER ')) socket.write(':server 001 hermes-bot :welcome\r\n');
      if (heard.includes('JOIN #')) bot = socket;
    });
    socket.on('error', () => undefined);
  });
  server.unref();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const irc = { IRC_SERVER: '127.0.0.1', IRC_PORT: String(port), IRC_USE_TLS: 'false', IRC_CHANNEL: '#sessions' };
  const env = { ...irc, IRC_NICKNAME: 'hermes-bot', IRC_ALLOW_ALL_USERS: 'true' };
  world.startOther(world.wholeHermes, ['gateway', 'run', '--force'], { env });
  const say: Say = async (text, awaited) => {
    heard = '';
    bot?.write(`:me!me@localhost PRIVMSG hermes-bot :${text}\r\n`);
    return until(`${awaited} in the chat`, () => (heard.includes(awaited) ? heard : null));
  };
  return { ready: () => until('the bot in its channel', () => (bot === null ? null : say)) };
}
