import { livingGateways } from './gateways.ts';
import { readHermesConfig } from '../hermes-config.ts';
import { type HermesHome } from '../hermes-home.ts';
import { setting } from '../hermes-config.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import type { HermesWorld } from './hermes-world.ts';

/** Checks whether a gateway starts the worker of a card, and what it does to a card in triage. */
export async function checkDispatcher({ home }: HermesWorld): Promise<readonly Finding[]> {
  const gateways = await livingGateways(home.root);
  if (gateways === null)
    return [
      good('hermes-dispatcher', `not known whether a gateway runs: a gateway.pid in ${home.root} cannot be read`),
      good('hermes-decompose', 'not known what becomes of a card in triage'),
    ];
  // One gateway dispatches for all profiles, whatever its own profile is.
  const [first] = gateways;
  if (first === undefined)
    return [
      bad(
        'hermes-dispatcher',
        `no gateway runs for ${home.root}: a card that is made waits until something dispatches it`,
        'hermes gateway start, or one tick by hand: hermes kanban dispatch; a card of --worker self needs neither',
      ),
      good('hermes-decompose', 'no gateway: nothing rewrites a card in triage'),
    ];
  const answers = await Promise.all(
    gateways.map(async ({ pid, folder }) => ({ pid, ...(await kanbanOf({ ...home, folder })) })),
  );
  const dispatching = answers.find(({ dispatches }) => dispatches);
  return [
    dispatching === undefined
      ? bad(
          'hermes-dispatcher',
          `the gateway (pid ${first.pid}) dispatches no cards: kanban.dispatch_in_gateway is off`,
          'hermes config set kanban.dispatch_in_gateway true, and start it again',
        )
      : good('hermes-dispatcher', `the gateway dispatches cards (pid ${dispatching.pid})`),
    dispatching?.decomposes === true
      ? bad(
          'hermes-decompose',
          'the gateway rewrites and dispatches a card that lands in triage, again and again',
          'hermes config set kanban.auto_decompose false',
        )
      : good('hermes-decompose', 'a card in triage is left alone'),
  ];
}

/** Reads the config of a gateway's own profile; a missing setting means on. */
async function kanbanOf(home: HermesHome): Promise<{ readonly dispatches: boolean; readonly decomposes: boolean }> {
  const config = await readHermesConfig(home).catch(() => null);
  const isOn = (name: string): boolean => config === null || setting(config, 'kanban', name) !== false;
  return { dispatches: isOn('dispatch_in_gateway'), decomposes: isOn('auto_decompose') };
}
