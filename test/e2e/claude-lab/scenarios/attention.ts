import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { registryOf } from '../../agent-lab/looks.ts';
import { until } from '../../agent-lab/until.ts';
import type { ClaudeWorld } from '../claude-world.ts';

const asks = 'asks-creator-claude';
const plans = 'plans-creator-claude';

/** Claudes that wait for their user for each reason; only the user, here the test, answers them. */
export async function attention(world: ClaudeWorld): Promise<void> {
  const config = 'home/.config/agent-sessions-monitor/config.yaml';
  world.file(config, `${readFileSync(join(world.root, config), 'utf8')}\nattention: { after: 1s }\n`);
  world.writeRegistry(registryOf(world, asks, plans), 30);
  const [asking, planning] = [world.openShell(asks), world.openShell(plans)];
  await asking.start();
  await planning.start('claude --permission-mode plan');
  const monitor = await world.monitor();

  await asking.type('[bash touch a-file]');
  await asking.is('waiting');
  expect(await needing(world)).toEqual([needs(asks, 'permission prompt')]);
  await toldAre(world, [`found: ${asks}: permission prompt`]);
  await asking.accept(/Do you want to proceed/);
  await asking.idle();
  const told = [`found: ${asks}: permission prompt`, `resolved: ${asks}`];
  await toldAre(world, told);

  await asking.type('[question] of the door');
  await asking.is('waiting');
  expect(await needing(world)).toEqual([needs(asks, 'question')]);
  told.push(`found: ${asks}: question`);
  await toldAre(world, told);
  await asking.accept(/❯ 1\. Red/);
  await asking.idle();
  told.push(`resolved: ${asks}`);
  await toldAre(world, told);

  const { planWait } = world.claude;
  await planning.type('[plan] for the door');
  await planning.shows(/Would you like to proceed/);
  await planning.is('waiting');
  expect(await needing(world)).toEqual([needs(plans, planWait)]);
  told.push(`found: ${plans}: ${planWait}`);
  await toldAre(world, told);

  // What was told is closed, and no later waiting is told; another session's is.
  await world.run(['snooze', plans, '2h']);
  await until('the snooze to close it', async () => !(await standing(world)).includes(plans));
  planning.press('Escape');
  await planning.idle();
  await planning.type('[plan] once more');
  await planning.is('waiting');
  await asking.type('[bash touch another-file]');
  await asking.is('waiting');
  told.push(`found: ${asks}: permission prompt`);
  await toldAre(world, told);
  expect(await needing(world)).toEqual([needs(asks, 'permission prompt'), needs(plans, planWait)]);
  await monitor.end('SIGTERM');
}

/** Matches what `status --waiting` shows of a session. */
function needs(session: string, what: string): unknown {
  return expect.stringMatching(new RegExp(`^${session} needs you (<1|\\d+)m: ${what}$`));
}

/** What `status --waiting` shows. */
async function needing(world: ClaudeWorld): Promise<readonly string[]> {
  const { stdout } = await world.run(['status', '--waiting', '--json']);
  return JSON.parse(stdout).sessions.map((one: { session: string; state: string }) => `${one.session} ${one.state}`);
}

/** The sessions of which it stands that they wait. */
async function standing(world: ClaudeWorld): Promise<readonly string[]> {
  const { document } = await world.reconcile(['--dry-run']);
  return document.standing.flatMap(({ kind, session }: { kind: string; session?: string }) =>
    kind === 'needs-you' ? [session] : [],
  );
}

interface Row {
  readonly kind: string | null;
  readonly what: string;
  readonly message: string;
}

/** Waits until the log says just that of agents that wait. */
async function toldAre(world: ClaudeWorld, wanted: readonly string[]): Promise<void> {
  let told: readonly string[] = [];
  const isSo = async (): Promise<boolean> => {
    const { stdout } = await world.run(['history', '--json']);
    told = JSON.parse(stdout).events.flatMap(({ kind, what, message }: Row) =>
      kind === 'needs-you'
        ? [`${what}: ${message.replace(/: (needs you since \S+?|it does not wait).*?(: .*)?\.$/, '$2')}`]
        : [],
    );
    return told.length >= wanted.length;
  };
  await until('the log to say it', isSo).catch(() => undefined);
  expect(told).toEqual(wanted);
}
