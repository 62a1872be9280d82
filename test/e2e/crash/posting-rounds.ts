import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'vitest';
import { HermesWorld } from '../hermes-world.ts';
import { Random } from '../../random.ts';
import { isAlive, kill, program, until } from '../private-world.ts';
import { moment } from './killer.ts';

/** How long before and after the comment a kill may strike; ms. */
const around = 500;

/**
 * Kills a monitor, or in every other round an MCP server in its call, with SIGKILL in each posting: after the intent is
 * in the log, before, during or after the comment. Then each news must be on the card exactly once.
 */
export async function postingRounds(rounds: number, seed: number): Promise<void> {
  const world = new HermesWorld();
  const random = new Random(seed);
  const slow = `#!/bin/sh\ncase "$*" in *" comment "*) sleep ${around / 1_000};; esac\nexec '${world.hermes}' "$@"\n`;
  writeFileSync(join(world.bin, 'hermes'), slow);
  chmodSync(join(world.bin, 'hermes'), 0o700);
  try {
    const card = world.createCard();
    const words = ['--board', 'hermes', '--card', card];
    let unfinished = 0;
    for (let round = 0; round < rounds; round += 1) {
      await world.openSession(`s${round}-creator-claude`);
      const before = world.logged('posting', card);
      const kills = round % 2 === 0 ? startMonitor(world, words) : await startWait(world, card);
      await until('a posting', () => world.logged('posting', card) > before, 120_000, 20);
      // The first one strikes before the comment.
      await moment(round === 0 ? around / 2 : random.next() * around * 3);
      await kills();
      if (world.logged('posting', card) > world.logged('posted', card)) unfinished += 1;
    }
    expect(unfinished, 'kills that struck between the intent and its end').toBeGreaterThan(0);
    const last = world.start(['monitor', '--interval', '1s', ...words]);
    await world.openSession('last-creator-claude');
    const lines = () => world.bodies(card).flatMap((body) => body.split('\n'));
    await until('the last news', () => lines().some((line) => line.startsWith('last-creator-claude: ')), 120_000);
    expect(await last.end('SIGTERM')).toBe(0);
    const told = lines().filter((line) => line.endsWith('Auto-registered.'));
    expect(told.toSorted()).toEqual([...new Set(told)].toSorted());
    expect(told).toHaveLength(rounds + 1);
  } finally {
    await world.close();
  }
}

function startMonitor(world: HermesWorld, words: readonly string[]): () => Promise<unknown> {
  const monitor = world.start(['monitor', '--interval', '1s', ...words]);
  return () => monitor.end('SIGKILL');
}

/** Starts the wait as a worker of Hermes does. */
async function startWait(world: HermesWorld, card: string): Promise<() => Promise<unknown>> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, 'mcp'],
    env: { ...world.env, HERMES_KANBAN_TASK: card },
    cwd: world.home,
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const pid = transport.pid ?? 0;
  const cut = client.callTool({ name: 'wait_for_drift', arguments: { max_seconds: 120 } }).catch(() => undefined);
  return async () => {
    kill(pid, 'SIGKILL');
    await until('its end', () => !isAlive(pid));
    await client.close();
    await cut;
  };
}
