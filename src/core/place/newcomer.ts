import { agentNamed, idsBy } from '../model/agent.ts';
import type { Agent, Entry } from '../model/entry.ts';
import type { PlanInput, PlanSettings } from '../model/plan.ts';
import { bornAt } from './last-changed.ts';
import type { FoundSession } from '../model/view.ts';
import { socketPath } from './socket-path.ts';

/** Returns the workspace and agent in a session's name; `null` if the name does not match. */
export function namedBy(
  name: string,
  { registerPattern: pattern, agents }: Pick<PlanSettings, 'registerPattern' | 'agents'>,
): { workspace: string; agent: Agent } | null {
  // A fresh copy: a pattern with the g flag keeps its place between calls.
  const { workspace, agent: word } =
    new RegExp(pattern.source, pattern.flags.replace('g', '')).exec(name)?.groups ?? {};
  const agent = agentNamed(word, agents);
  return workspace === undefined || workspace === '' || agent === null ? null : { workspace, agent };
}

/** Returns the entry that a session without an entry would get, for the identity ladder. */
export function newcomerEntry(one: FoundSession, input: PlanInput): Entry {
  const name = namedBy(one.session.name, input.settings);
  const pane = one.session.panes.find((each) => !each.dead) ?? one.session.panes[0];
  return {
    session: one.session.name,
    socket: writtenSocket(one, input),
    line: 0,
    column: 0,
    textHash: '',
    status: 'running',
    otherStatus: null,
    halfTyped: null,
    workspace: name?.workspace ?? null,
    agent: name?.agent ?? null,
    cwd: pane?.cwd ?? null,
    host: writesHost(input) ? input.observation.host : null,
    createdAt: bornAt(one, input),
    terminatedAt: null,
    vagueTermination: null,
    terminationMode: null,
    pane: pane === undefined ? null : { pid: pane.pid, cmd: pane.command, cwd: pane.cwd },
    ids: idsBy(input.settings.agents, (path, agent) =>
      agent.name === name?.agent && path === agent.idPaths[0] ? null : undefined,
    ),
    lineage: [],
    lastVisibleStatus: 'auto-registered',
    jobId: null,
    ignore: false,
    pin: [],
    shared: [],
    misshapen: [],
  };
}

/** Decides whether the new entry names its host: a registry with `host:` is shared by several hosts. */
function writesHost({ settings, registry }: PlanInput): boolean {
  return settings.writeHost || registry.entries.some(({ host }) => host !== null);
}

function writtenSocket(one: FoundSession, input: PlanInput): string | null {
  return one.socket === socketPath(input.observation, null) ? null : one.socket;
}
