import { fileOf } from '../model/conversation-file.ts';
import type { Holder } from '../model/evidence.ts';
import type { Identity } from '../model/view.ts';
import { byClaim, withoutFile } from './by-arguments.ts';
import { sinceRecord } from './by-report.ts';
import { ambiguous, notProven } from './not-proven.ts';
import type { LiveAgent } from './subject.ts';

/** Judges the agent's own record of this very process by what such a record is worth after a `/clear`. */
export function byRecord(record: Holder, live: LiveAgent): Identity {
  const { id, worth, pane, movedTo, path } = record;
  if (pane !== null && live.pane !== null && pane.paneId !== live.pane.id) {
    return notProven(`${path} says that it runs in the pane ${pane.paneId}, not in ${live.pane.id}`);
  }
  if (movedTo !== null) return notProven(`its conversation was moved to the background, as the job ${movedTo}`);
  const said = `${path} names it`;
  const file = fileOf(id, live.evidence).kind;
  switch (worth.kind) {
    case 'kept':
      return { kind: 'proven', id, proof: 'record', artifact: file === 'there', said };
    case 'stale':
      return sinceRecord(record, live) ?? byClaim({ id, said, record }, live);
    case 'unknown': {
      // A report is no way around: how such a version's hooks agree with its record has not been seen.
      const doubtful = `${path} names one, but ${worth.said}`;
      return file === 'missing' ? notProven(withoutFile(said)) : ambiguous([id], doubtful);
    }
  }
}
