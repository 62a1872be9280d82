import { card } from './card.ts';
import { comment } from './comment.ts';
import { demo } from './demo.ts';
import { digest } from './digest.ts';
import { dispatch } from './dispatch.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { find } from './find.ts';
import { fleet } from './fleet.ts';
import { history } from './history.ts';
import { jobs } from './jobs.ts';
import { mcp } from './mcp.ts';
import { monitor } from './monitor.ts';
import { notify } from './notify.ts';
import type { Operation } from './operation.ts';
import { page } from './page.ts';
import { reconcile } from './reconcile.ts';
import { report } from './report.ts';
import { resume } from './resume.ts';
import { setup } from './setup.ts';
import { snooze } from './snooze.ts';
import { status } from './status.ts';
import { undo } from './undo.ts';

/** Everything that a user can ask, in the order of `--help`. */
export const operations: readonly Operation[] = [
  reconcile,
  monitor,
  comment,
  card,
  status,
  find,
  resume,
  mcp,
  dispatch,
  setup,
  jobs,
  explain,
  history,
  digest,
  undo,
  snooze,
  doctor,
  demo,
  fleet,
  notify,
  page,
  report,
];
