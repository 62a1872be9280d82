import type * as z from 'zod';
import {
  clientAnswer,
  hostAnswer,
  installAnswer,
  leanAnswer,
  pluginAnswer,
  serviceAnswer,
} from '../../hermes/setup/answers.ts';
import { reconcileDocument } from '../../pass/document.ts';
import { cardAnswer, commentAnswer, demoAnswer, dispatchAnswer, monitorAnswer } from './cards.ts';
import { digestAnswer } from './digest.ts';
import { hooksAnswer } from './hooks.ts';
import { findAnswer } from './find.ts';
import { fleetAnswer, forgetAnswer } from './fleet.ts';
import { historyAnswer, snoozeAnswer, statesAnswer, timelinesAnswer, undoAnswer } from './history.ts';
import { jobAnswer, jobEventAnswer, jobsAnswer } from './jobs.ts';
import { resumeAnswer } from './resume.ts';
import { pageAnswer } from './page.ts';
import { dumpAnswer, explainAnswer, explainAnswers, replayAnswer, statusAnswer } from './sessions.ts';
import { notifyTestAnswer } from './notify.ts';
import { doctorAnswer, failureAnswer } from './doctor.ts';

/** Every JSON answer, by the command that gives it; `docs/json.md` is made from this list. */
export const answers = {
  'reconcile --json': reconcileDocument,
  'status --json': statusAnswer,
  'find --json': findAnswer,
  'resume --json': resumeAnswer,
  'explain --json': explainAnswer,
  'explain --json, of several entries with one name': explainAnswers,
  'explain --dump FILE --json': dumpAnswer,
  'explain --replay FILE --json': replayAnswer,
  'history --json': historyAnswer,
  'history --states --json': statesAnswer,
  'history --timelines --json': timelinesAnswer,
  'digest --json': digestAnswer,
  'undo --json': undoAnswer,
  'snooze --json': snoozeAnswer,
  'card --json': cardAnswer,
  'comment --json': commentAnswer,
  'monitor --json': monitorAnswer,
  'dispatch --json': dispatchAnswer,
  'jobs list --json': jobsAnswer,
  'jobs show --json, jobs submit --json': jobAnswer,
  'jobs event --json': jobEventAnswer,
  'fleet --json': fleetAnswer,
  'fleet --forget --json': forgetAnswer,
  'notify test --json': notifyTestAnswer,
  'doctor --json': doctorAnswer,
  'setup --json': installAnswer,
  'setup --lean --print --json': leanAnswer,
  'setup --plugin --json': pluginAnswer,
  'setup --service --json': serviceAnswer,
  'setup --client --json': hostAnswer,
  'setup --client mcp-json --json': clientAnswer,
  'setup --hooks --json': hooksAnswer,
  'demo --json': demoAnswer,
  'page --json': pageAnswer,
  'a failure with --json': failureAnswer,
} as const satisfies Readonly<Record<string, z.ZodObject>>;
