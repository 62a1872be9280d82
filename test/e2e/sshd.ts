import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type PrivateWorld, type Running, until } from './private-world.ts';

/** Nothing listens there, and the kernel gives it to no one who asks for any port. */
const refusing = 1;

/** A real `sshd` on loopback, with keys of its own, and the config with which `ssh` finds it as `lab1`. */
export class Sshd {
  readonly config: string;
  private readonly daemon: Running;

  private constructor(daemon: Running, config: string) {
    this.daemon = daemon;
    this.config = config;
  }

  static async start(world: PrivateWorld): Promise<Sshd> {
    const folder = world.folder('ssh');
    const [hostKey, userKey] = [join(folder, 'host'), join(folder, 'user')] as const;
    for (const key of [hostKey, userKey]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const authorized = world.file('ssh/authorized', readFileSync(`${userKey}.pub`, 'utf8'));
    const port = await freePort();
    const settings = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${authorized}`,
      `PidFile ${join(folder, 'pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin yes',
    ];
    // As root it wants the folder that its service makes.
    if (process.getuid?.() === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
    const daemon = world.startOther('/usr/sbin/sshd', ['-D', '-e', '-f', world.file('ssh/sshd', settings.join('\n'))]);
    await until('sshd', () => listens(port));
    const known = world.file('ssh/known', `[127.0.0.1]:${port} ${readFileSync(`${hostKey}.pub`, 'utf8')}`);
    const host = (name: string, to: number): string =>
      `Host ${name}\n HostName 127.0.0.1\n Port ${to}\n User ${userInfo().username}\n IdentityFile ${userKey}\n` +
      ` IdentitiesOnly yes\n UserKnownHostsFile ${known}\n`;
    return new Sshd(daemon, world.file('ssh/config', `${host('lab1', port)}${host('away', refusing)}`));
  }

  close(): Promise<unknown> {
    return this.daemon.end('SIGTERM');
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
