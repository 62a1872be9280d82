import { spawn } from 'node:child_process';
import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from './fleet.ts';
import { inTurn, ratio, spread, timed, until, type Row } from './measure.ts';

const cli = join(import.meta.dirname, '../dist/cli.js');

/**
 * Measures `status` as a user types it: with a monitor that looked within the last 2 s, with one that must look first,
 * and without one.
 */
export async function answers({ env, registry }: Fleet, count: number): Promise<readonly Row[]> {
  const status = () => timed([process.execPath, cli, 'status'], env);
  const node = () => timed([process.execPath, '-e', '0'], env);
  const alone = await inTurn(7, { node, status });
  const monitor = spawn(process.execPath, [cli, 'monitor'], { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => monitor.once('exit', resolve));
  await until('the socket of a monitor', () => hasSocket(env['AGENT_SESSIONS_MONITOR_STATE_DIR'] ?? ''), 100);
  let minutes = 60;
  const anew = () => {
    // Another time of the file makes the last answer old.
    minutes += 1;
    const at = Date.now() / 1_000 - minutes * 60;
    utimesSync(registry, at, at);
    return status();
  };
  const asked = await inTurn(15, { node, anew, status });
  monitor.kill('SIGTERM');
  await ended;
  const beside = `of \`node -e 0\``;
  return [
    [
      `${count}`,
      '`status`, no monitor runs, no pass before',
      spread(alone.status),
      `${ratio(alone.status, alone.node)} ${beside}`,
    ],
    [`${count}`, '`status`, a monitor answers', spread(asked.status), `${ratio(asked.status, asked.node)} ${beside}`],
    [`${count}`, 'the same, and it must look first', spread(asked.anew), `${ratio(asked.anew, asked.node)} ${beside}`],
  ];
}

function hasSocket(state: string): boolean {
  return (
    existsSync(state) &&
    readdirSync(state, { recursive: true, encoding: 'utf8' }).some((name) => name.endsWith('.sock'))
  );
}
