import { serverName } from '../../core/words/server-name.ts';
import { waitSecondsOfEntry } from '../setup/entry.ts';
import { modelCallsInTurn, setting } from '../hermes-config.ts';
import { callsInTurn, fewerCallsInTurn, isBeforeTurns } from '../turns.ts';
import { setVariable } from '../../system/set-variable.ts';
import { bad, good, type Finding } from '../../system/finding.ts';
import type { HermesWorld } from './hermes-world.ts';
import { setupCommand } from './hermes-world.ts';

/** Checks whether a card can go on after its first turn. */
export function checkGoal({ version, config }: HermesWorld): Finding {
  if (!isBeforeTurns(version)) return good('hermes-goal', 'a goal card has many turns');
  const hours = quietHours(fewerCallsInTurn(modelCallsInTurn(config)) ?? callsInTurn);
  return bad(
    'hermes-goal',
    `this Hermes gives a goal card one turn: a run ends itself after ${hours} quiet hours`,
    "pip install -U 'hermes-agent[mcp]>=0.19.0', or work the card without a model: asm dispatch --worker self",
  );
}

/** Checks the stop nudge. The profile's `.env` is not opened: it holds keys. */
export function checkNudge({ context }: HermesWorld): Finding {
  return setVariable(context.env, 'HERMES_KANBAN_STOP_NUDGE') === '0'
    ? good('hermes-nudge', 'the stop nudge is off')
    : good(
        'hermes-nudge',
        "the stop nudge may be on: up to two calls more a worker; HERMES_KANBAN_STOP_NUDGE=0 in Hermes' .env turns it off",
      );
}

/**
 * Checks the calls of a turn: a turn that uses up Hermes' own limit ends the card as given up, so the MCP server must
 * end it before.
 */
export function checkTurns({ config, home }: HermesWorld): Finding {
  const calls = modelCallsInTurn(config);
  const fewer = fewerCallsInTurn(calls);
  const hours = quietHours(fewer ?? callsInTurn);
  if (fewer === null)
    return good('hermes-turns', `${calls} calls in a turn: at least ${hours} quiet hours, and then the next turn`);
  const known = setting(config, 'mcp_servers', serverName, 'env', 'AGENT_SESSIONS_TURN_CALLS');
  if (String(known) === String(fewer))
    return good(
      'hermes-turns',
      `${calls} calls in a turn: the MCP server ends it after ${fewer}, ${hours} quiet hours`,
    );
  return bad(
    'hermes-turns',
    `${calls} calls in a turn, and the MCP server does not know: they are used up inside, and the card is given up`,
    setupCommand(home),
  );
}

/** Returns how long a quiet turn lasts: while nothing happens each call waits for as long as `setup` says. */
function quietHours(calls: number): number {
  return Math.floor((calls * waitSecondsOfEntry) / 3_600);
}
