import { readFileSync } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { differences, parseDump, replay } from '../../pass/dump/dump.ts';
import { codeOf } from '../../system/errno.ts';
import { jsonIn } from '../../system/json.ts';
import type { ReplayAnswer } from '../answers/sessions.ts';
import type { Context } from '../context.ts';
import type { Answer } from '../operation.ts';
import { replayReport } from '../sessions/replay-report.ts';
import { painter } from '../text/paint.ts';
import { planText } from '../text/plan.ts';
import { explainSession } from './explain-session.ts';

/**
 * Plans on a dump, and says whether that plan is the one in it.
 * @throws UsageError for a file that is no dump
 */
export async function replayDump(context: Context, path: string, name: string | null): Promise<Answer<ReplayAnswer>> {
  const dump = parseDump(jsonIn(textOf(path)), path);
  const made = replay(dump, path);
  const differing = differences(dump.plan, made);
  const report = replayReport(dump, made);
  const explained = name === null ? null : await explainSession(context, report, name, false);
  const verdict =
    differing.length === 0
      ? 'The plan is the one in the dump.'
      : `The plan is not the one in the dump: ${differing.join(', ')} differ.`;
  const text = explained?.text ?? planText(report, painter(context.output.color));
  return {
    json: { equal: differing.length === 0, differing, document: report.document },
    text: `${text}\n\n${verdict}`,
    exit: report.exit,
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const message = `the dump cannot be read (${codeOf(error) || 'unknown'})`;
    throw new UsageError(message, { where: path, cure: 'name a file that `asm explain --dump` wrote', cause: error });
  }
}
