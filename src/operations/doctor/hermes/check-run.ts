import { isBeforeTurns } from '../../../hermes/version.ts';
import { setVariable } from '../../../set-variable.ts';
import { bad, good, type Finding } from '../finding.ts';
import { setting, type HermesWorld } from './hermes-world.ts';

/** Hermes' own default of `agent.max_turns`: calls of the model in one turn. */
const usualCalls = 90;
/** Our server ends a turn at its 80th call of a tool; a few calls of the model go elsewhere. */
const neededCalls = 85;
/** What one cycle takes while nothing happens; `setup` writes it as AGENT_SESSIONS_WAIT_SECONDS. */
const cycleSeconds = 540;

/** Can a card go on after its first turn? */
export function checkGoal({ version }: HermesWorld): Finding {
  if (!isBeforeTurns(version)) return good('hermes-goal', 'a goal card has many turns');
  const hours = Math.floor((80 * cycleSeconds) / 3_600);
  return bad(
    'hermes-goal',
    `this Hermes gives a goal card one turn: a run ends itself after ${hours} quiet hours`,
    "pip install -U 'hermes-agent[mcp]>=0.19.0', or work the card without a model: asm dispatch --worker self",
  );
}

/** Its `.env` is not opened: it holds keys. */
export function checkNudge({ context }: HermesWorld): Finding {
  return setVariable(context.env, 'HERMES_KANBAN_STOP_NUDGE') === '0'
    ? good('hermes-nudge', 'the stop nudge is off')
    : good(
        'hermes-nudge',
        "the stop nudge may be on: up to two calls more a worker; HERMES_KANBAN_STOP_NUDGE=0 in Hermes' .env turns it off",
      );
}

/** A turn that uses up its calls inside ends the card as given up, without a question. */
export function checkTurns({ config }: HermesWorld): Finding {
  const set = setting(config, 'agent', 'max_turns');
  const calls = typeof set === 'number' ? set : usualCalls;
  const hours = ((Math.min(calls, 80) * cycleSeconds) / 3_600).toFixed(0);
  if (calls >= neededCalls)
    return good('hermes-turns', `${calls} calls in a turn: at least ${hours} quiet hours, and then the next turn`);
  return bad(
    'hermes-turns',
    `${calls} calls in a turn: used up after ${hours} quiet hours, and the card is given up`,
    `hermes config set agent.max_turns ${usualCalls}`,
  );
}
