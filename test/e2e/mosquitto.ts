import { spawnSync } from 'node:child_process';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import { freePort } from './free-port.ts';
import { until, type PrivateWorld, type Running } from './private-world.ts';

/** Debian keeps it in a folder that is not on a user's PATH. */
const searched = { PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin` };

export const password = 's3cret-of-the-broker';

/** A real Mosquitto of this test's own, on loopback; its retained messages outlive it. */
export class Mosquitto {
  private readonly config: string;
  private running: Running | null = null;
  private readonly clients: MqttClient[] = [];
  private readonly wires: Server[] = [];

  private constructor(
    private readonly world: PrivateWorld,
    readonly port: number,
    options: { readonly withPassword: boolean; readonly addresses: readonly string[] },
  ) {
    const lines = [
      ...options.addresses.map((address) => `listener ${port} ${address}`),
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      `persistence true`,
      `persistence_location ${world.folder(`mosquitto-${port}`)}/`,
      `allow_anonymous ${!options.withPassword}`,
      'max_queued_messages 0',
    ];
    if (options.withPassword) {
      const passwords = world.file(`mosquitto-${port}/passwords`, '');
      const made = spawnSync('mosquitto_passwd', ['-b', passwords, 'me', password], { env: searched });
      if (made.status !== 0) throw new Error(`mosquitto_passwd: ${made.stderr.toString()}`);
      lines.push(`password_file ${passwords}`);
    }
    this.config = world.file(`mosquitto-${port}/mosquitto.conf`, `${lines.join('\n')}\n`);
  }

  static async start(
    world: PrivateWorld,
    options: { readonly withPassword?: boolean; readonly addresses?: readonly string[] } = {},
  ): Promise<Mosquitto> {
    const { withPassword = false, addresses = ['127.0.0.1'] } = options;
    const broker = new Mosquitto(world, await freePort(), { withPassword, addresses });
    await broker.start();
    return broker;
  }

  async start(): Promise<void> {
    this.running = this.world.startOther('mosquitto', ['-c', this.config], { env: searched });
    await until('Mosquitto to listen', () => / running$/m.test(this.running?.stderr() ?? ''));
  }

  /**
   * Ends the broker.
   * @param signal SIGTERM keeps the retained messages; SIGKILL loses those since the last save
   */
  async end(signal: NodeJS.Signals): Promise<void> {
    await this.running?.end(signal);
    this.running = null;
  }

  url(host = '127.0.0.1'): string {
    return `mqtt://${host}:${this.port}`;
  }

  /**
   * Opens another way to the broker: once it has carried `text` so often, it takes messages there, but no receipt back.
   */
  async wire(text: string, times: number): Promise<string> {
    let left = times;
    const server = createServer((near) => {
      const far = connect(this.port, '127.0.0.1');
      near.on('data', (sent) => {
        if (sent.includes(text)) left -= 1;
        far.write(sent);
      });
      far.on('data', (answer) => left > 0 && near.write(answer));
      for (const [end, other] of [
        [near, far],
        [far, near],
      ] as const) {
        end.on('error', () => undefined);
        end.on('close', () => other.destroy());
      }
    });
    this.wires.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `mqtt://127.0.0.1:${portOf(server)}`;
  }

  /** Opens a client of the test's own. */
  async client(options: { readonly user?: string } = {}): Promise<MqttClient> {
    const secret = options.user === undefined ? {} : { username: options.user, password };
    const client = await connectAsync(this.url(), { reconnectPeriod: 50, ...secret });
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }

  /**
   * Collects everything on these topics from now on, retained messages first. It reconnects when the broker comes back.
   */
  async listen(topic: string, options: { readonly user?: string } = {}): Promise<Heard[]> {
    const heard: Heard[] = [];
    const client = await this.client(options);
    client.on('message', (name, payload, { retain }) => heard.push({ topic: name, text: payload.toString(), retain }));
    await client.subscribeAsync(topic, { qos: 1 });
    return heard;
  }

  close(): void {
    for (const client of this.clients) client.end(true);
    for (const wire of this.wires) wire.close();
  }
}

export interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

/** Returns the message that is retained on that topic now. */
export function last(heard: readonly Heard[], topic: string) {
  const text = heard.findLast((one) => one.topic === topic)?.text;
  return text === undefined || text === '' ? null : JSON.parse(text);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
