import { bad, good, type Finding } from '../finding.ts';
import { askHermes, setting, type HermesWorld } from './hermes-world.ts';

/** Does anything start the worker of a card, and what does it do to a card in triage? */
export async function checkDispatcher({ context, home, config }: HermesWorld): Promise<readonly Finding[]> {
  const { code, failure, stdout } = await askHermes(context, home, ['gateway', 'status']);
  if (code === null) return [bad('hermes-dispatcher', `hermes gateway status: ${failure}`, 'try it by hand')];
  // One gateway dispatches for all profiles, whosever it is.
  const [, pid] = /✓.*\bPID\W*(\d+)/.exec(stdout) ?? [];
  if (pid === undefined)
    return [
      bad(
        'hermes-dispatcher',
        'no gateway of Hermes runs: a card that is made waits until something dispatches it',
        'hermes gateway start, or one tick by hand: hermes kanban dispatch; a card of --worker self needs neither',
      ),
      good('hermes-decompose', 'no gateway: nothing rewrites a card in triage'),
    ];
  const dispatches = setting(config, 'kanban', 'dispatch_in_gateway') !== false;
  return [
    dispatches
      ? good('hermes-dispatcher', `the gateway dispatches cards (pid ${pid})`)
      : bad(
          'hermes-dispatcher',
          `the gateway (pid ${pid}) dispatches no cards: kanban.dispatch_in_gateway is off`,
          'hermes config set kanban.dispatch_in_gateway true, and start it again',
        ),
    setting(config, 'kanban', 'auto_decompose') === false
      ? good('hermes-decompose', 'a card in triage is left alone')
      : bad(
          'hermes-decompose',
          'the gateway rewrites and dispatches a card that lands in triage, again and again',
          'hermes config set kanban.auto_decompose false',
        ),
  ];
}
