import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childrenOf, PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const uuid = (digit: number): string => `${digit}0000000-0000-4000-8000-00000000000${digit}`;

/** A tmux server of its own, which dies with all its sessions. */
const farm = 'farm';

/** A pretend Claude whose own record says what it does. */
class Agent {
  readonly #pid: number;

  constructor(pid: number) {
    this.#pid = pid;
  }

  kill(): void {
    process.kill(this.#pid, 'SIGKILL');
  }

  /** Writes the record, as Claude does whenever it begins to do something else. */
  does(status: 'busy' | 'idle' | 'waiting', id: string, waitingFor?: string): void {
    const stat = readFileSync(`/proc/${this.#pid}/stat`, 'latin1');
    const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const known = { pid: this.#pid, sessionId: id, cwd: world.work, procStart, kind: 'interactive', entrypoint: 'cli' };
    const now = { version: '2.1.332', status, waitingFor, statusUpdatedAt: Date.now() };
    world.file(`home/.claude/sessions/${this.#pid}.json`, JSON.stringify({ ...known, ...now }));
  }
}

/** Writes a conversation, so that it can be resumed. */
function conversation(id: string): void {
  const line = { type: 'user', cwd: world.work, sessionId: id, timestamp: new Date().toISOString() };
  const folder = world.work.replaceAll(/[^A-Za-z0-9]/g, '-');
  world.file(`home/.claude/projects/${folder}/${id}.jsonl`, `${JSON.stringify(line)}\n`);
}

function entry(session: string, id: string, socket: string): string {
  const place = socket === farm ? `    tmux_socket: ${world.socketPath(farm)}\n` : '';
  return `  ${session}:\n    agent: claude\n    cwd: ${world.work}\n${place}    status: running\n    claude_session_id_own: ${id}\n`;
}

async function open(session: string, socket = 'default', inShell = false): Promise<Agent> {
  const pane = await world.openSession(session, { socket, inShell });
  return new Agent(inShell ? await until(`the agent below ${pane}`, () => childrenOf(pane)[0]) : pane);
}

/** Waits until the history tells of that kind of drift about the session. */
function found(kind: string, session: string): Promise<unknown> {
  return until(`${kind} of ${session}`, async () => {
    const { events } = JSON.parse((await world.run(['history', '--json'])).stdout);
    return events.some(
      (row: { kind: string; sessions: string[] }) => row.kind === kind && row.sessions.includes(session),
    );
  });
}

/** Waits until the state history says last that the session does that. */
function seen(session: string, activity: string): Promise<unknown> {
  return until(`${session} to be seen ${activity}`, () => {
    const folder = readdirSync(world.state).find((name) => /^[0-9a-f]{8}$/.test(name)) ?? '';
    const file = readdirSync(join(world.state, folder)).find((name) => /^states-.*\.jsonl$/.test(name));
    const path = join(world.state, folder, file ?? 'none');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    const last = lines.map((line) => JSON.parse(line)).findLast((line) => line.session === session);
    return last?.state.activity === activity;
  });
}

async function finishedJob(session: string, event: string): Promise<string> {
  const ran = await world.run(['jobs', 'submit', '--session', session, '--prompt', 'x', '--json']);
  const { id } = JSON.parse(ran.stdout);
  await world.run(['jobs', 'event', id, 'started']);
  if (event !== 'started') await world.run(['jobs', 'event', id, event]);
  return id;
}

/** Returns the text without the times, lengths and names that differ from run to run; the table in the order of names. */
function plain(text: string, names: Readonly<Record<string, string>>): string {
  const named = Object.entries(names).reduce((so, [name, word]) => so.replaceAll(name, word), text);
  // In the table the columns stay where they are.
  const timed = named
    .replaceAll(/\b\d\d:\d\d\b/g, 'HH:MM')
    .replaceAll(/(?:<1m|\b\d+h\d\dm\b|\b\d+m\b)(?: {2,})?/g, (length) => '<1m'.padEnd(length.length));
  // It is said only if the minute has changed since, and then the lines break elsewhere.
  const found = timed
    .replaceAll(/\n {9}(?=\S)/g, ' ')
    .replaceAll(/ (?:It was|They were) last seen alive at HH:MM, and found gone at HH:MM\./g, '');
  const [before = '', title = '', table = ''] = found.trimEnd().split(/^( +SESSION .*\n)/m);
  const rows = [title.trimEnd(), ...table.split('\n').toSorted()];
  return before + rows.map((row) => withoutUnclear(row, title)).join('\n');
}

/** Cuts out the column that stands there only if a look met a session in the moment of its end. */
function withoutUnclear(row: string, title: string): string {
  const [from, to] = [title.indexOf('UNCLEAR'), title.indexOf('UNWATCHED')];
  return from === -1 ? row : row.slice(0, from) + row.slice(to);
}

function command(name: string, script: string): void {
  chmodSync(world.file(`bin/${name}`, `#!/bin/bash\n${script}\n`), 0o755);
}

/** Pastes what the digest says, and asks for the time since then. */
async function pastedAndAskedAgain(lost: { east: string; west: string; news: string; desk: string }): Promise<void> {
  const { east, west, news, desk } = lost;
  const { paste } = JSON.parse((await world.run(['digest', '--json'])).stdout);
  expect(paste).toEqual([
    `agent-sessions-monitor --registry ${world.registry} resume | sh`,
    `cd ${world.work} && claude --resume ${uuid(8)}`,
  ]);
  command('claude', `exec -a claude perl '${world.bin}/agent.pl' "$@"`);
  await world.startOther('sh', ['-c', paste[0]]).exited;
  const sessions = (socket?: string): string => world.tmux(['list-sessions', '-F', '#{session_name}'], socket);
  expect(sessions()).toContain(news);
  expect(sessions(farm)).toContain(east);
  expect(sessions(farm)).toContain(west);
  const again = await world.run(['digest', '--since', 'last', '--json']);
  const { asked_before: askedBefore, span, deaths, lost_before: before } = JSON.parse(again.stdout);
  expect({ from: span.from, deaths }).toEqual({ from: askedBefore, deaths: [] });
  expect(before).toContain(desk);
}

test(
  'after a night the digest alone says what died and why, what waits, and what to paste',
  { timeout: 400_000 },
  async () => {
    const sessions = ['shop', 'blog', 'news', 'old', 'east', 'west', 'south', 'desk'].map(
      (name) => `${name}-creator-claude`,
    );
    const [shop = '', blog = '', news = '', old = '', east = '', west = '', south = '', desk = ''] = sessions;
    const id = new Map(sessions.map((session, index) => [session, uuid(index + 1)]));
    const idOf = (session: string): string => id.get(session) ?? '';
    const socketOf = (session: string): string => ([east, west, south].includes(session) ? farm : 'default');
    for (const session of sessions) conversation(idOf(session));
    world.writeRegistry(`sessions:\n${sessions.map((one) => entry(one, idOf(one), socketOf(one))).join('')}`, 60);
    const agents = new Map<string, Agent>();
    for (const session of sessions) agents.set(session, await open(session, socketOf(session), session === desk));
    const does = (session: string, ...what: [status: 'busy' | 'idle' | 'waiting', waitingFor?: string]): void =>
      agents.get(session)?.does(what[0], idOf(session), what[1]);

    // The evening: all work.
    for (const session of sessions) does(session, 'busy');
    const first = await world.monitor();
    for (const session of sessions) await seen(session, 'working');

    // Blog waits, is answered, is cleared and finishes a job; east idles; the user ends old.
    does(blog, 'waiting', 'approve plan');
    await seen(blog, 'waiting');
    does(blog, 'busy');
    await seen(blog, 'working');
    conversation(uuid(9));
    agents.get(blog)?.does('busy', uuid(9));
    await found('session-id-rotated', blog);
    const done = await finishedJob(blog, 'done');
    const orphaned = await finishedJob(news, 'started');
    world.writeRegistry(
      world
        .readRegistry()
        .replace(new RegExp(`(${old}:[^]*?status: )running`), '$1terminated\n    termination_mode: done'),
    );
    world.tmux(['kill-session', '-t', `=${old}`]);

    // The agent of desk is killed; its shell stays.
    agents.get(desk)?.kill();
    await found('agent-exited', desk);

    // The server of three dies; one is started again.
    does(east, 'idle');
    await seen(east, 'idle');
    world.tmux(['kill-server'], farm);
    await found('tmux-server-died', east);
    const endedAt = Date.now();
    await until('the next second', () => Date.now() >= endedAt + 1_000);
    agents.set(south, await open(south, farm));
    does(south, 'busy');
    await found('session-revived', south);

    // The monitor is killed; meanwhile news is killed. Another one watches on.
    await first.end('SIGKILL');
    world.tmux(['kill-session', '-t', `=${news}`]);
    const killedAt = Date.now();
    await until('a second without a monitor', () => Date.now() >= killedAt + 1_500);
    const second = await world.monitor();
    await found('session-gone', news);
    await found('job-orphaned', news);
    does(shop, 'waiting', 'permission prompt');
    await seen(shop, 'waiting');

    const { stdout, stderr, code } = await world.run(['digest'], { env: { TZ: 'UTC' } });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(
      plain(stdout, {
        [world.registry]: '<registry>',
        [world.work]: '<work>',
        [done]: 'job-done',
        [orphaned]: 'job-orphaned',
      }),
    ).toMatchInlineSnapshot(`
      "The last 12h, since HH:MM. Times are in UTC.
      The log begins at HH:MM: nothing was written down before.
      No monitor watched from HH:MM to HH:MM (<1m). Of that time only what was found
      afterwards is known.

      Needs you now:
        shop-creator-claude  permission prompt, for <1m

      Died:
        HH:MM  The tmux server died, and 3 sessions with it: east-creator-claude, south-creator-claude, west-creator-claude. Back since: south-creator-claude.
        HH:MM  desk-creator-claude: its agent ended while it worked; a bare shell is left.
        HH:MM  news-creator-claude: tmux session closed or killed.

        To bring back all 3 that are lost (news-creator-claude, east-creator-claude,
        west-creator-claude), paste this (leave out "| sh" to see it first):
          agent-sessions-monitor --registry <registry> resume | sh

        To go on in desk-creator-claude, paste this into the shell that is left there:
          cd <work> && claude --resume 80000000-0000-4000-8000-000000000008

      Ended by you:
        HH:MM  old-creator-claude

      Jobs:
        HH:MM  job job-done of blog-creator-claude: done
        HH:MM  news-creator-claude: delegate job job-orphaned is running, but its session is gone. Resume the session, or end the job: asm jobs event job-orphaned failed

      New and changed:
        HH:MM  blog-creator-claude: goes on in conversation 90000000 (was 20000000)

      Time of each session:
        SESSION               WORKED  WAITED  IDLE  ENDED  UNWATCHED
        blog-creator-claude   <1m     <1m     -     -      <1m
        desk-creator-claude   <1m     -       -     <1m    <1m
        east-creator-claude   <1m     -       <1m   <1m    <1m
        news-creator-claude   <1m     -       -     <1m    <1m
        old-creator-claude    <1m     -       -     <1m    <1m
        shop-creator-claude   <1m     <1m     -     -      <1m
        south-creator-claude  <1m     -       -     <1m    <1m
        west-creator-claude   <1m     -       -     <1m    <1m"
    `);
    expect(stdout.split('\n').filter((line) => line.length > 80 && !/^ {4}\S/.test(line))).toEqual([]);
    await pastedAndAskedAgain({ east, west, news, desk });
    expect(await second.end('SIGTERM')).toBe(0);
  },
);
