import { clean } from '../core/words/text.ts';
import { AudienceError, BoardError, errorLines, RegistryError, WatchedError } from '../errors.ts';
import { messageOf } from '../system/errno.ts';
import type { Call, WorkContext } from '../operations/work/work-call.ts';
import type { Tool } from './tool.ts';
import { tools } from './tools/index.ts';

const endedBySignal = 'this server was ended by a signal: nothing is lost, the next call goes on from here';

/** The answer to a client. An error result says what to do next. */
export interface CallAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** Answers one call of a tool; never throws. */
export async function answerCall(
  server: WorkContext,
  { name, given }: { readonly name: string; readonly given: unknown },
  call: Call,
): Promise<CallAnswer> {
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined)
    return failed(`there is no tool ${clean(name)}; there are ${tools.map((each) => each.name).join(', ')}`);
  try {
    return said(await answer(tool, server, given, call));
  } catch (error) {
    // A call that the server's own end interrupted has not failed.
    if (server.context.signal.aborted) return said(endedBySignal);
    if (!(error instanceof AudienceError))
      return failed(`a defect of agent-sessions-monitor: ${clean(messageOf(error))}`);
    const text = errorLines(error).map(clean).join('\n');
    return isCondition(error) ? said(text) : failed(text);
  }
}

/**
 * Answers a call in order: the news of the last call have arrived; a run that is over stays over; a turn that is used
 * up is told.
 */
async function answer(tool: Tool, server: WorkContext, given: unknown, call: Call): Promise<string> {
  const { work } = server;
  const { signal } = call;
  await work.reader.arrived();
  const over = await work.over(signal);
  if (over !== null) return over;
  const turnEnds = await work.turnEnds(signal);
  if (turnEnds !== null) return turnEnds;
  const told = await tool.run(server, given, call);
  if (typeof told === 'string') return told;
  // The answer to a cancelled call goes nowhere.
  if (!signal.aborted) work.reader.told(told.news, told.shown);
  return told.text;
}

/**
 * Decides whether the world is wrong, not the call: after three errors in a row a host (Hermes) shuts the server out.
 */
function isCondition(error: AudienceError): boolean {
  return error instanceof RegistryError || error instanceof BoardError || error instanceof WatchedError;
}

function said(text: string): CallAnswer {
  return { text, isError: false };
}

function failed(text: string): CallAnswer {
  return { text, isError: true };
}
