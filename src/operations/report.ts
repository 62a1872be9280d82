import { join } from 'node:path';
import { exitCode } from '../errors.ts';
import { waits } from '../core/model/activity.ts';
import { agentAbove } from '../observe/process/agent-above.ts';
import { parseReport, type ReportMoment } from '../observe/reports/report-text.ts';
import { argsHash, reportsFolder, writeReport } from '../observe/reports/reports.ts';
import { objectIn } from '../system/json.ts';
import { ownProcess } from '../system/process-identity.ts';
import { readInput } from '../system/read-input.ts';
import type { Context } from './context.ts';
import { textOf, type Input, type Operation } from './operation.ts';

/** A hook's input may hold a whole prompt; of a longer one only the event is reported; bytes. */
const longestInput = 1 << 20;
const inputDeadlineMs = 2_000;

export const report: Operation = {
  name: 'report',
  summary: "for agents' hooks and wrappers: what an agent says of itself, as JSON on stdin",
  description: `It prints nothing and ends with 0, whatever comes. docs/hooks.md shows its keys and events.`,
  isSilent: true,
  flags: [
    {
      name: 'event',
      description: 'what happened: working, idle, waiting, end, or a word of the agent (default: as the JSON says)',
      value: { kind: 'text', placeholder: 'name' },
    },
  ],
  async *run(context, input) {
    await keep(context, input);
    yield { json: undefined, text: '', exit: exitCode.done };
  },
};

/** Keeps what the caller says of the agent for which it works. Of anything else nothing is kept. */
async function keep({ env, now, settings, signal, stdin }: Context, input: Input): Promise<void> {
  const given = await readInput(stdin, { bytes: longestInput, deadlineMs: inputDeadlineMs, isWhole });
  const said = objectIn(given) ?? {};
  const named = said['pid'];
  const agent = await agentAbove(typeof named === 'number' ? named : process.ppid, signal);
  if (agent === null) return;
  const first = (...keys: readonly string[]): unknown => keys.map((key) => said[key]).find((value) => value != null);
  // Not Codex' `thread-id`: it also tells of the turn in which a thread of its own makes the title (0.171.0).
  const id = first('id', 'session_id', 'sessionID');
  const fields = parseReport(
    JSON.stringify({
      agent: agent.agent,
      moment: ownMoment(),
      event: textOf(input, 'event') ?? first('event', 'hook_event_name', 'type'),
      id,
      source: said['source'],
      reason: said['reason'],
      notification: said['notification_type'],
      waiting_for: waits.find((one) => one === said['waiting_for']),
      tmux: said['tmux'] ?? env['TMUX'],
      pane: said['pane'] ?? env['TMUX_PANE'],
      entrypoint: said['entrypoint'] ?? env['CLAUDE_CODE_ENTRYPOINT'],
      args: argsHash(agent.argv),
    }),
  );
  // A program that is no known agent has found the agent above it, which names its conversations otherwise.
  if (fields?.id === null && typeof id === 'string') return;
  if (fields !== null) await writeReport(join(settings.stateDir, reportsFolder), agent, fields, now());
}

/** A caller may leave stdin open after its JSON. */
function isWhole(text: string): boolean {
  return text.trimEnd().endsWith('}') && objectIn(text) !== null;
}

/** Returns when this process began: the kernel counts that from its fork on, however long it took to get here. */
function ownMoment(): ReportMoment {
  const { pid, start } = ownProcess();
  return [start === '' ? performance.timeOrigin : Number(start), pid];
}
