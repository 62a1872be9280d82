import { titleOf } from '../model/agent.ts';
import { currentId } from '../model/id-fields.ts';
import type { Agent } from '../model/entry.ts';
import type { Process } from '../model/observation.ts';
import type { Identity } from '../model/view.ts';
import { evidenceOf, holdersOf } from '../place/agent-processes.ts';
import { byArguments } from './by-arguments.ts';
import { byLock } from './by-lock.ts';
import { byRecord } from './by-record.ts';
import { afterEnd, byReport } from './by-report.ts';
import { hiddenRecordOf } from './hidden-record.ts';
import { noAgent } from './no-agent.ts';
import { notProven } from './not-proven.ts';
import { onlyCandidate } from './only-candidate.ts';
import type { LiveAgent, Subject } from './subject.ts';

/**
 * Decides which conversation the agent runs: proven by the strongest proof that there is, or not at all.
 *
 *   1  its own live record   kept true: the truth, no conversation's file contradicts it
 *                            stale after `/clear`: ranks with the arguments
 *                            not known: nothing is proven
 *      or the lock it holds  one, and shared with no other process
 *   2  its report            what it said last of itself, through its own hook or a wrapper
 *   3  its arguments         until a conversation that `/clear` began outweighs them
 *   4  the only candidate    where no live record can be expected
 */
export function identityOf(subject: Subject): Identity {
  const { entry, paneState, absence, input } = subject;
  const agentProcess = paneState?.agentProcess ?? null;
  if (agentProcess === null || entry.agent === null) return noAgent(entry, paneState, absence, input);
  const identity = climb(subject, agentProcess, entry.agent);
  if (identity.kind === 'proven' && identity.proof === 'record') return identity;
  // A record that cannot be read could name another conversation than any weaker proof.
  const [hidden] = hiddenRecordOf(agentProcess, entry.agent, input.observation);
  return hidden === undefined ? identity : notProven(`${hidden.path} ${hidden.reason}`);
}

/** Tries the proofs from the strongest on; the first that applies decides. */
function climb(subject: Subject, agent: Process, kind: Agent): Identity {
  const { observation, settings } = subject.input;
  const seen = evidenceOf(kind, observation);
  if ('blind' in seen) return notProven(`${titleOf(kind, settings.agents)}'s files: ${seen.blind}`);
  const launch = observation.agentProcesses.get(agent.pid);
  if (launch === undefined) return notProven('it is not seen which agent runs in its pane');
  const { entry, paneState, socket, memory, input, claims, textSince } = subject;
  const [evidence, recorded] = [seen.known, currentId(entry)];
  // Written out: a spread of the subject would take longer than all the rest, for each of a thousand entries.
  const live: LiveAgent = {
    entry,
    pane: paneState?.pane ?? null,
    socket,
    tree: paneState?.tree ?? null,
    memory,
    input,
    claims,
    textSince,
    kind,
    agent,
    launch,
    evidence,
    recorded,
  };
  const held = holdersOf(agent, observation);
  const record = held.find(({ by }) => by === 'record');
  if (record !== undefined) return byRecord(record, live);
  if (held.length > 0) return byLock(held, live);
  if (launch.mode === 'view') return notProven('it shows what other processes run');
  const reported = byReport(live) ?? afterEnd(live);
  if (reported !== null) return reported;
  return launch.id === null ? onlyCandidate(live) : byArguments(launch.id, live);
}
