import { defaultSocket } from '../world.ts';
import { agentIn, answer, branch, clear, prompt, resume, toBackground, visit } from './claude.ts';
import { scratchSocket, usualRoot, type Blindness } from './look.ts';
import { folders, only, pick, recorded, type Story } from './story.ts';
import { versions, type Agent, type Proc, type Session } from './truth.ts';

/** One thing that happens; the numbers choose among the present actors. */
export interface Deed {
  readonly what: string;
  readonly who: number;
  readonly which: number;
  /** How long after the one before; ms. */
  readonly wait: number;
  /** Whether a pass follows, and what it cannot see; `null`: no pass. */
  readonly look: Blindness | null;
}

/** Lets a deed happen; nothing happens without an actor. */
export function happen(story: Story, { what, who, which, wait }: Deed): void {
  story.truth.now += wait;
  const talking = story.truth.agents.filter(({ agent }) => agent.mode === 'interactive');
  const agent = pick(talking, who);
  const session = pick(story.truth.sessions, who);
  if (agent !== undefined) ofAgents[what]?.(story, agent, which);
  if (session !== undefined) ofSessions[what]?.(story, session, which);
  ofOthers[what]?.(story, who, which);
  story.sweep();
}

/** Deeds of an agent at a terminal. */
const ofAgents: Readonly<
  Record<string, (story: Story, proc: Proc & { readonly agent: Agent }, which: number) => void>
> = {
  prompt: (story, proc) => (proc.agent.kind === 'agy' ? story.promptAgy(proc) : prompt(story.truth, proc)),
  answer: ({ truth }, proc) => answer(truth, proc),
  clear: ({ truth }, proc) => clear(truth, proc),
  branch: ({ truth }, proc) => branch(truth, proc),
  resume: (story, proc, which) => {
    const id = story.formerOf(proc.agent, which, proc);
    if (id !== null) resume(story.truth, proc, id);
  },
  cd: (_story, proc, which) => {
    // Without this check an agent without a record could begin a conversation in a folder where it is never seen, and
    // an agent whose record goes stale could leave the conversation that `/clear` began in another folder than the
    // former one.
    if (proc.agent.version.record === 'true' || proc.agent.version.record === 'random')
      proc.cwd = pick(folders, which) ?? proc.cwd;
  },
  background: ({ truth }, proc) => toBackground(truth, proc, false),
  park: ({ truth }, proc) => toBackground(truth, proc, true),
  'print below': ({ truth }, proc, which) => {
    const place = { ...proc.agent, cwd: proc.cwd };
    if (proc.agent.kind === 'claude') visit(truth, place, 'sdk-cli', proc, { stays: which % 2 === 0 });
  },
  suspend: (_story, proc) => {
    proc.inForeground = !proc.inForeground;
  },
  exit: ({ truth }, proc) => truth.end(proc, 'exit'),
  kill: ({ truth }, proc) => truth.end(proc, 'kill'),
};

const ofSessions: Readonly<Record<string, (story: Story, session: Session, which: number) => void>> = {
  'kill session': ({ truth }, session, which) => truth.endSession(session, which % 2 === 0 ? 'exit' : 'kill'),
  'kill server': ({ truth }, { server }) => {
    for (const one of server.sessions) truth.endSession(one, 'exit');
    server.isAlive = false;
  },
  rename: (_story, session, which) => {
    session.name = `renamed-${which}`;
  },
  restart: (story, { panes: [pane] }, which) => {
    if (pane === undefined || agentIn(story.truth, pane) !== null) return;
    story.claude(pane.root, { cwd: pane.root.cwd, root: usualRoot, version: pick(versions, which) ?? only }, which);
  },
  'print in pane': ({ truth }, { panes: [pane] }, which) => {
    if (pane === undefined) return;
    const place = { cwd: pane.root.cwd, root: usualRoot, version: recorded(which) };
    visit(truth, place, 'sdk-cli', pane.root, { stays: which % 2 === 0, inForeground: true });
  },
  split: (story, session, which) => {
    const pane = story.pane(session.panes[0]?.root.cwd ?? '/', true);
    session.panes.push(pane);
    if (which % 2 === 0) story.claude(pane.root, { ...story.place(which, which), version: recorded(which) }, which);
  },
  'move pane': (_story, session, which) => {
    const { server } = session;
    const others = server.sessions.filter((one) => one !== session);
    const target = pick(others, which);
    if (target === undefined) return;
    target.panes.push(...session.panes);
    server.sessions = others;
  },
};

/** Deeds of programs that no entry is about. */
const ofOthers: Readonly<Record<string, (story: Story, who: number, which: number) => void>> = {
  visitor: (story, who, which) => visitor(story, who, which, { clears: false, stays: false }),
  'visitor clears': (story, who, which) => visitor(story, who, which, { clears: true, stays: false }),
  'visitor stays': (story, who, which) => visitor(story, who, which, { clears: false, stays: true }),
  print: (story, who, which) => headless(story, who, which, 'sdk-cli'),
  ide: (story, who, which) => headless(story, who, which, 'claude-vscode'),
  'new session': (story, who, which) => {
    const server = story.server(who % 2 === 0 ? defaultSocket : scratchSocket);
    const pane = story.pane(pick(folders, which) ?? '/', true);
    story.names += 1;
    const [id, name] = [`$${story.names}`, `n${story.names}-creator-claude`];
    server.sessions.push({ server, id, created: story.truth.now, name, panes: [pane] });
    story.claude(pane.root, { ...story.place(which, who), version: recorded(which) }, which);
  },
  'hooks fail': ({ truth }) => {
    if (truth.hooks === 'work') truth.hooks = 'fail';
    else if (truth.hooks === 'fail') truth.hooks = 'work';
  },
  wait: () => undefined,
};

export const deeds = [ofAgents, ofSessions, ofOthers].flatMap((table) => Object.keys(table));

/** Starts a visitor in another terminal, where only a record shows it, so its version keeps records. */
function visitor(story: Story, who: number, which: number, how: { clears: boolean; stays: boolean }): void {
  const { truth } = story;
  const place = { ...story.place(who, which), version: recorded(who) };
  if (!story.keepsRecords.has(place.root)) return;
  const proc = story.claude(null, place, which);
  answer(truth, proc);
  if (how.clears) clear(truth, proc);
  truth.now += 1200;
  prompt(truth, proc);
  truth.now += 1200;
  if (!how.stays) truth.end(proc, which % 3 === 0 ? 'kill' : 'exit');
}

function headless(story: Story, who: number, which: number, entrypoint: string): void {
  const place = { ...story.place(which, who), version: pick(versions, which + who) ?? only };
  visit(story.truth, place, entrypoint, null, { stays: who % 2 === 0 });
}
