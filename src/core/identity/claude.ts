import { launchOf } from '../agent/claude-launch.ts';
import { liveOf } from '../agent/claude-process.ts';
import { worthOfRecord } from '../agent/claude-versions.ts';
import { fileOf } from '../agent/conversation-file.ts';
import { isSameId } from '../model/conversation-id.ts';
import type { ClaudeLive, ClaudeLook, Process } from '../model/observation.ts';
import type { Identity } from '../model/view.ts';
import { isBranchOf, onlyCandidate, parentOf, recordsExpected, sinceCleared } from './claude-candidates.ts';
import { againstRecorded, notProven, outranked } from './not-proven.ts';
import type { Subject } from './subject.ts';

/**
 * The first that speaks decides:
 *
 *   its own live record       kept true (2.1.128 and later): the truth, no transcript contradicts it
 *                             stale after `/clear` (up to 2.1.123): like the arguments
 *                             not known (2.1.124 to 2.1.127): nothing is proven
 *   its arguments             until a conversation that `/clear` began outweighs them
 *   the only candidate        where no record can be expected
 *
 * A report of Claude's own hook will stand between the first and the second.
 */
export function claudeIdentity(subject: Subject, agent: Process): Identity {
  const { claude } = subject.input.observation;
  if ('blind' in claude) return notProven(`Claude's files: ${claude.blind}`);
  const record = liveOf(agent, subject.input.observation);
  if (record !== null) return byRecord(record, subject, agent, claude.known);
  const { mode, id } = launchOf(agent);
  if (mode === 'view') return notProven('it shows what other processes run');
  if (id !== null) return byArguments(id, subject, agent, claude.known);
  return onlyCandidate(subject, agent, claude.known);
}

function byRecord(record: ClaudeLive, subject: Subject, agent: Process, look: ClaudeLook): Identity {
  const { sessionId: id, version, tmux, parkedJobId, path } = record;
  if (tmux !== null && subject.pane !== null && tmux.paneId !== subject.pane.id) {
    return notProven(`${path} says that it runs in the pane ${tmux.paneId}, not in ${subject.pane.id}`);
  }
  if (parkedJobId !== null) return notProven(`its conversation was moved to the background, as the job ${parkedJobId}`);
  const said = `${path} names it`;
  switch (worthOfRecord(version)) {
    case 'true':
      return { kind: 'proven', id, proof: 'record', artifact: fileOf(id, look).kind === 'there', said };
    case 'stale':
      return byClaim({ id, said, record }, subject, agent, look);
    default:
      if (fileOf(id, look).kind === 'missing') return notProven(withoutFile(said));
      return {
        kind: 'ambiguous',
        candidates: [id],
        said: `${path} names one, but whether Claude ${version ?? ''} keeps it true after /clear is not known`,
      };
  }
}

function byArguments(id: string, subject: Subject, agent: Process, look: ClaudeLook): Identity {
  if (subject.claims.isRunByAnother(id, agent))
    return notProven('another process runs the conversation of its arguments');
  const said = 'it was started with that id';
  // Its record comes with the answer to the question that it asks at its start, and says more.
  const isWaiting = recordsExpected(agent, look) && againstRecorded(subject, id, said) !== null;
  return isWaiting ? notProven('it has no live record yet') : byClaim({ id, said, record: null }, subject, agent, look);
}

interface Claim {
  readonly id: string;
  readonly said: string;
  /** `null`: the claim is that of its arguments. */
  readonly record: ClaudeLive | null;
}

/** What it ran at some time since it started, and runs still unless `/clear` began another one. */
function byClaim({ id, said, record }: Claim, subject: Subject, agent: Process, look: ClaudeLook): Identity {
  const before = outranked(subject, agent, id);
  if (before !== null) return before;
  const begun = look.transcripts.get(agent.cwd ?? '');
  if (begun === undefined) return notProven('the conversations of its folder could not all be read');
  const file = fileOf(id, look);
  const artifact = file.kind === 'there' ? file.artifact : null;
  // After `/cd` what `/clear` began lies where it is not looked for.
  if (record !== null && artifact !== null && !begun.some((one) => isSameId(one.id, id))) {
    return notProven('it works in another folder than the conversation of its record, or wrote nothing into it yet');
  }
  const claimed = { id, parent: parentOf(id, agent, look), artifact, record };
  // A stale record follows `/branch` too: only `/clear` could have led on from there.
  const isNext = record !== null && isBranchOf(claimed, subject.recorded);
  const cleared = sinceCleared(claimed, subject, agent, look);
  if (cleared !== null) return cleared;
  const against = isNext ? null : againstRecorded(subject, id, said);
  if (against === null) return { kind: 'proven', id, proof: 'arguments', artifact: artifact !== null, said };
  return file.kind === 'missing' ? notProven(withoutFile(said)) : against;
}

/** While it starts, 2.1.123 names a conversation that it never begins: no candidate to be shown. */
function withoutFile(said: string): string {
  return `${said}, but it has no file yet`;
}
