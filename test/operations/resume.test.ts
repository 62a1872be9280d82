import { expect, test } from 'vitest';
import { entryId, type Entry } from '../../src/core/model/entry.ts';
import type { Verdict } from '../../src/core/model/plan.ts';
import type { Event } from '../../src/log/log.ts';
import { resumeAnswer } from '../../src/operations/answers/resume.ts';
import { resume } from '../../src/operations/resume.ts';
import { idsOf } from '../core/world.ts';
import { driftNamed } from '../named.ts';
import { answers, at, entryOf, fakeContext, reportWith, verdictOf } from './fake-context.ts';

type Row = [Entry, Verdict];
const minute = 60_000;

function row(session: string, entry: Partial<Entry>, verdict: Partial<Verdict>): Row {
  const made = entryOf(session, { ids: idsOf({ own: '87dc548e' }), ...entry });
  return [made, verdictOf(made, verdict)];
}

const dead = (session: string, minutesAgo: number, entry: Partial<Entry> = {}): Row =>
  row(
    session,
    { status: 'terminated', terminatedAt: at - minutesAgo * minute, terminationMode: 'auto-detected', ...entry },
    { liveness: 'gone', socket: null },
  );

const gone = (session: string): Row => row(session, {}, { liveness: 'gone' });

/** Returns the event of a mass death. */
function reboot(minutesAgo: number, rows: readonly Row[]): Event {
  const drift = {
    id: driftNamed('j'),
    key: 'j',
    kind: 'host-rebooted',
    class: 'J',
    session: null,
    workspace: null,
    agent: null,
    message: 'The machine booted.',
    evidence: [],
    edits: [],
    entryKeys: Object.fromEntries(rows.map(([entry]) => [entryId(entry), 'key'])),
  };
  return { kind: 'opened', drift, event: 'e1', at: new Date(at - minutesAgo * minute).toISOString(), position: 0 };
}

/** Returns the sessions that the script is about. */
async function sessionsOf(rows: readonly Row[], events: readonly Event[] = [], words: readonly string[] = []) {
  const { context } = fakeContext({ passes: [reportWith({}, [...rows])], events });
  const [answer] = await answers(resume, context, { words, json: true });
  return resumeAnswer.parse(answer?.json).sessions.map(({ session }) => session);
}

test('without a name: what a mass event took and is not back, and what was lost since', async () => {
  const back = row('back', { status: 'running' }, {});
  const together = [dead('shop', 3 * 24 * 60), dead('blog', 3 * 24 * 60), back];
  const rows = [...together, dead('old', 4 * 24 * 60), dead('since', 60), gone('now')];
  expect(await sessionsOf(rows, [reboot(3 * 24 * 60, together)])).toEqual(['shop', 'blog', 'since', 'now']);
});

test('without a mass event, or once all are back: what was lost within a day, and never what the user ended', async () => {
  const rows = [
    dead('old', 25 * 60),
    dead('shop', 60),
    dead('by-hand', 5, { terminationMode: 'delete-session' }),
    dead('without-mode', 5, { terminationMode: null }),
    row('left-alone', { ignore: true }, { liveness: 'gone' }),
    row('elsewhere', {}, { liveness: 'unknown', elsewhere: { host: 'lab2', hasNamesake: false } }),
    row('shell', {}, { activity: 'exited' }),
    row('restored', { status: 'terminated', terminationMode: 'auto-detected' }, { activity: 'exited' }),
    row('works', {}, {}),
    row('unknown', {}, { liveness: 'unknown' }),
    gone('now'),
  ];
  expect(await sessionsOf(rows)).toEqual(['shop', 'shell', 'now']);
  expect(await sessionsOf(rows, [reboot(10, [row('works', {}, {})])])).toEqual(['shop', 'shell', 'now']);
});

test('what died shortly before a mass event comes back with it', async () => {
  const together = [dead('shop', 10), dead('blog', 10)];
  expect(await sessionsOf([...together, dead('early', 11)], [reboot(10, together)])).toEqual(['shop', 'blog', 'early']);
});

test('the script of named sessions says how to run it for those alone', async () => {
  const { context } = fakeContext({ passes: [reportWith({}, [gone('shop'), gone('blog')])] });
  const [answer] = await answers(resume, context, { words: ['blog'] });
  expect(answer?.text).toContain('registry.yaml resume blog | sh\n');
});

test('named sessions are those, also what the user ended; a name that is given twice counts once', async () => {
  const rows = [dead('by-hand', 5, { terminationMode: 'delete-session' }), gone('now')];
  expect(await sessionsOf(rows, [], ['now', 'by-hand', 'now'])).toEqual(['now', 'by-hand']);
});

test('the script says of each session what it did, and no conversation begins twice', async () => {
  const rows = [gone('shop'), gone('blog'), row('shell', {}, { activity: 'exited' })];
  const { context, said } = fakeContext({ passes: [reportWith({}, rows)] });
  const [answer] = await answers(resume, context);
  expect(answer?.text).toMatchInlineSnapshot(`
    "#!/bin/sh
    # Brings 1 session back, as seen at 2026-07-01T09:00:30Z on lab1. To run it: agent-sessions-monitor --registry /home/me/registry.yaml resume | sh
    missed=0
    report() {
      case $1:$said in
        0:*) did="brought back" ;;
        *"duplicate session: "*) did="lives already, left as it is" ;;
        *) missed=1; did="not brought back: $(printf %s "$said" | tr -d "[:cntrl:]")" ;;
      esac
      printf '%s: %s\\n' "$2" "$did" >&2
    }
    said=$({ tmux -L default new-session -d -s shop -c /home/me/shop sh -c 'trap : INT; claude --resume 87dc548e; exec "\${SHELL:-/bin/sh}"'; } 2>&1); report "$?" shop
    # blog: Its conversation is brought back in shop.
    # shell: Its conversation is brought back in shop.
    [ "$missed" = 0 ]"
  `);
  expect(said).toMatchInlineSnapshot(`
    [
      "stderr: blog: left as it is. Its conversation is brought back in shop.
    ",
      "stderr: shell: left as it is. Its conversation is brought back in shop.
    ",
    ]
  `);
});

/** Returns the line, or why there is none, for each session of the script. */
async function waysOf(rows: readonly Row[], words: readonly string[] = []) {
  const { context } = fakeContext({ passes: [reportWith({}, [...rows])] });
  const [answer] = await answers(resume, context, { words, json: true });
  return resumeAnswer.parse(answer?.json).sessions.map(({ line, reason }) => reason ?? line);
}

test('one conversation has one line, whatever folders its entries name', async () => {
  const other = row('blog', { cwd: null, pane: null }, { liveness: 'gone' });
  expect(await waysOf([gone('shop'), other])).toEqual([
    expect.stringContaining('claude --resume 87dc548e'),
    'Its conversation is brought back in shop.',
  ]);
});

test('a line counts before a bare shell, and of two bare shells the first one', async () => {
  const shell = row('shell', {}, { activity: 'exited' });
  const more = row('more', {}, { activity: 'exited' });
  expect(await waysOf([shell, gone('shop')])).toEqual([
    'Its conversation is brought back in shop.',
    expect.stringContaining('claude --resume 87dc548e'),
  ]);
  expect(await waysOf([shell, more])).toEqual([
    expect.stringContaining('run in it: cd /home/me/shop && claude --resume 87dc548e'),
    'Its conversation belongs in the shell of shell.',
  ]);
});

test('a conversation that a living session records is not begun a second time, unless that one runs another', async () => {
  const identity = { id: '0e2bf8bc', proof: 'record', said: '' } as const;
  const lives = (change: Partial<Verdict>): Row => row('lives', { cwd: '/home/me' }, change);
  const may = 'Its conversation may go on in lives, which lives and records it too.';
  expect(await waysOf([gone('shop'), lives({})])).toEqual([may]);
  expect(await waysOf([gone('shop'), lives({})], ['shop'])).toEqual([may]);
  const line = expect.stringContaining('claude --resume 87dc548e');
  expect(await waysOf([gone('shop'), lives({ identity })])).toEqual([line]);
});

test('nothing to resume is a script without a line', async () => {
  const { context, said } = fakeContext({ passes: [reportWith({}, [row('works', {}, {})])] });
  const [answer] = await answers(resume, context);
  expect(answer).toEqual({
    json: { script: answer?.text, sessions: [] },
    text: '#!/bin/sh\n# Nothing to resume, as seen at 2026-07-01T09:00:30Z on lab1.',
    exit: 0,
  });
  expect(said).toEqual(['stderr: nothing to resume\n']);
});

test('sessions of which it is not known whether they live are not passed over in silence: it ends with 4', async () => {
  const doubt = { reason: 'the tmux server does not answer', cure: 'wait' };
  const unknown = (session: string): Row => row(session, {}, { liveness: 'unknown', doubt });
  const elsewhere = { host: 'lab2', hasNamesake: false };
  const quiet = [
    row('left-alone', { ignore: true }, { liveness: 'unknown' }),
    row('by-hand', { status: 'terminated' }, { liveness: 'unknown' }),
    row('elsewhere', {}, { liveness: 'unknown', elsewhere }),
  ];
  const answerOf = async (rows: readonly Row[], words: readonly string[] = [], exit: 0 | 4 = 4) => {
    const { context, said } = fakeContext({ passes: [reportWith({ exit }, [...rows])] });
    const [answer] = await answers(resume, context, { words });
    return { text: answer?.text, exit: answer?.exit, said };
  };
  const whether = 'Whether 2 sessions live is not known (a, b): the tmux server does not answer. Cure: wait';
  expect(await answerOf([unknown('a'), unknown('b'), ...quiet])).toEqual({
    text: `#!/bin/sh\n# Nothing that is known to be lost, as seen at 2026-07-01T09:00:30Z on lab1. ${whether}`,
    exit: 4,
    said: [`stderr: ${whether}\n`],
  });
  const both = await answerOf([gone('shop'), unknown('a')]);
  expect(both.exit).toBe(4);
  expect(both.text).toContain('new-session');
  expect(both.said).toEqual([expect.stringContaining('Whether 1 session lives is not known (a)')]);
  expect((await answerOf([unknown('a')], ['a'])).exit).toBe(4);
  expect((await answerOf(quiet)).exit).toBe(0);
  // It was never seen anywhere; all could be asked.
  expect((await answerOf([unknown('a')], [], 0)).exit).toBe(0);
});
