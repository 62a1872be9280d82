import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { vi } from 'vitest';
import type { MqttSettings } from '../../src/config/settings.ts';

/** A broker in this process, on a loopback port of its own. */
export interface ABroker {
  readonly port: number;
  readonly aedes: Aedes;
  /** Everything that clients published, in order. */
  readonly heard: { readonly topic: string; readonly payload: string; readonly retain: boolean }[];
  /** Cuts every connection and refuses new ones. */
  goAway(): Promise<void>;
  /** Opens the same port again; retained messages are still there. */
  comeBack(): Promise<void>;
  /** Cuts the connections, and takes new ones. */
  cut(): void;
  publish(topic: string, payload: string | Buffer, retain?: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function aBroker(password?: string): Promise<ABroker> {
  const aedes = await Aedes.createBroker({
    authenticate: (_, user, given, done) =>
      done(null, password === undefined || (user === 'me' && given?.toString() === password)),
  });
  const heard: ABroker['heard'] = [];
  aedes.on('publish', (packet) => {
    const { topic, payload, retain } = packet;
    if (!topic.startsWith('$')) heard.push({ topic, payload: payload.toString(), retain });
  });
  const open = makeListener((socket) => void aedes.handle(socket));
  const port = await open.listen(0);
  return {
    port,
    aedes,
    heard,
    goAway: open.close,
    comeBack: async () => void (await open.listen(port)),
    cut: open.cut,
    publish: (topic, payload, retain = false) =>
      new Promise((resolve, reject) => {
        aedes.publish({ cmd: 'publish', topic, payload, retain, qos: 1, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    close: async () => {
      await open.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

/**
 * Starts a server that handles each connection as given.
 * @returns its port, and a function that ends it
 */
export async function aServer(onSocket: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const listener = makeListener(onSocket);
  return { port: await listener.listen(0), close: listener.close };
}

export function settingsFor(port: number, change: Partial<MqttSettings> = {}): MqttSettings {
  return {
    url: `mqtt://127.0.0.1:${port}`,
    user: null,
    password: null,
    passwordFile: null,
    caFile: null,
    topics: ['delegate-job/+/events', 'asm/+/hint'],
    prefix: 'asm',
    ...change,
  };
}

/**
 * Polls until it is true.
 * @throws after 20 s, with what was waited for
 */
export async function until(what: string, ask: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      if (!ask()) throw new Error(`still waiting for ${what}`);
    },
    { timeout: 60_000, interval: 10 },
  );
}

function makeListener(onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    cut,
    listen: (port: number): Promise<number> =>
      new Promise((resolve, reject) => {
        const listening = createServer((socket) => {
          sockets.add(socket);
          socket.on('error', () => undefined);
          socket.on('close', () => sockets.delete(socket));
          onSocket(socket);
        });
        listening.on('error', reject);
        listening.listen(port, '127.0.0.1', () => resolve((listening.address() as AddressInfo).port));
        server = listening;
      }),
    close: async (): Promise<void> => {
      const open = server;
      server = null;
      if (open === null) return;
      const closed = new Promise((resolve) => open.close(resolve));
      cut();
      await closed;
    },
  };
}
