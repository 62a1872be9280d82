import type { Agent, Entry } from './entry.ts';
import type { Observation } from './observation.ts';
import { shellQuote } from './text.ts';

/** The shell line that goes on with a conversation; every word from outside is quoted. */
export function resumeCommand(conversation: { cwd: string | null; agent: Agent; id: string }): string {
  const { cwd, agent, id } = conversation;
  const option = agent === 'claude' ? 'claude --resume' : 'agy --conversation';
  const go = `${option} ${shellQuote(id)}`;
  return cwd === null ? go : `cd ${shellQuote(cwd)} && ${go}`;
}

/** The line for an entry's recorded conversation, or `null`: an id whose artifact is gone would start a blank one. */
export function resumeOf(entry: Entry, observation: Observation): string | null {
  if (entry.agent === null) return null;
  const source = entry.agent === 'claude' ? observation.claude : observation.agy;
  if ('blind' in source) return null;
  const recorded = entry.agent === 'claude' ? [entry.ids.claude, entry.ids.own] : [entry.ids.agy];
  const id = recorded.find((candidate) => candidate != null && source.known.artifacts.get(candidate) != null);
  if (id == null) return null;
  return resumeCommand({ cwd: entry.cwd ?? entry.pane?.cwd ?? null, agent: entry.agent, id });
}
