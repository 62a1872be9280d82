import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { parseLine } from '../../src/agents/claude/transcript.ts';
import { activityByTitle } from '../../src/agents/codex/title.ts';
import { readCardLines, foldCard } from '../../src/board/local-card.ts';
import { parseConfig } from '../../src/config/read-config-file.ts';
import { readStop } from '../../src/core/words/stop.ts';
import { clean } from '../../src/core/words/text.ts';
import { UsageError } from '../../src/errors.ts';
import { profilesIn, shownSchema } from '../../src/hermes/kanban-answers.ts';
import { withEntry, withoutEntry } from '../../src/hermes/mcp-entry.ts';
import { cardOf } from '../../src/hermes/shown-card.ts';
import { emptyFolding, fold } from '../../src/log/fold.ts';
import { readLines } from '../../src/log/lines.ts';
import { faultOf } from '../../src/mqtt/hint-payload.ts';
import { eventMessage, readMessage, sessionMessage, stateMessage } from '../../src/mqtt/messages.ts';
import { parseSysctl } from '../../src/observe/boot.ts';
import { parseLsof, parsePs } from '../../src/observe/process/ps-list.ts';
import { parseListeners } from '../../src/observe/tmux/server-process.ts';
import { parseReport, reportOf } from '../../src/observe/reports/report-text.ts';
import { parseList } from '../../src/observe/tmux/tmux-list.ts';
import { jsonBehindBanner, jsonIn } from '../../src/system/json.ts';
import { parseStat } from '../../src/system/proc-files.ts';
import { propertyRuns } from '../core/property-runs.ts';
import { scratchRegistry } from '../registry/scratch-registry.ts';
import { mutated } from './mutated.ts';

/**
 * Every parser of text from outside gets texts that are almost right. It answers, or refuses in its own way: it never
 * throws anything else, and never takes the half of a thing for the whole. `npm run soak` gives it more of them.
 */
const runs = propertyRuns(300);

/** Runs the parser on many texts; `check` looks at each answer. */
function survives<Answer>(
  name: string,
  samples: readonly string[],
  parse: (text: string) => Answer,
  check: (answer: Answer, text: string) => void = () => undefined,
): void {
  test(name, () => {
    for (const sample of samples) check(parse(sample), sample);
    fc.assert(
      fc.property(mutated(samples), (text) => check(parse(text), text)),
      runs,
    );
  });
}

/** Runs a parser that refuses by a `UsageError`, with what and where. */
function orRefused<Answer>(parse: () => Answer): Answer | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(clean(error.message)).not.toBe('');
    return null;
  }
}

const id = '10000000-0000-4000-8000-000000000001';
const mark = 'c0ffee123456';
const row = (session: string, pane: number): string =>
  `${mark}\t$0\t1782892800\t@1\t%${pane}\t${100 + pane}\t0\t${session}\t${mark}\tclaude\t${mark}\t/home/me\t${mark}\ttitle\n`;
const end = `${mark}-end\t4242\t1782892000\t3.3a\n`;

survives(
  "tmux's list: whole, or none",
  [row('one', 1) + row('two', 2) + end, end],
  (text) => parseList(text, mark),
  (list, text) => {
    if (list === null) return;
    expect(text.endsWith('\n')).toBe(true);
    expect(list.sessions.flatMap(({ panes }) => panes).every(({ pid }) => Number.isInteger(pid))).toBe(true);
  },
);

const stat = '812 (cla ude) R) S 1 812 812 34816 812 4194304 1 0 0 0 1 2 3 4 20 0 7 0 8123 1 2 3 4 5 6 7 8 9 10';
survives("/proc's stat", [stat], (text) => parseStat(812, text));
survives("ps's list", ['  1     0     1     1 ?        Ss   Mon Nov 23 09:00:00 2026 /sbin/init\n'], parsePs);
survives("lsof's list", ['p812\nfcwd\nn/home/me\nf3\nn/tmp/x\n'], parseLsof);
survives("sysctl's boot time", ['{ sec = 1782892800, usec = 12 } Wed Jul  1 09:00:00 2026\n'], parseSysctl);
survives(
  "the kernel's list of sockets",
  ['Num RefCount\n0000: 00000002 00000000 00010000 0001 01 12345 /tmp/tmux-0/default\n'],
  parseListeners,
);

survives(
  'a line of a transcript',
  [`{"type":"user","cwd":"/home/me","sessionId":"${id}","timestamp":"2026-07-01T09:00:00Z"}`],
  parseLine,
);
survives('a title of a pane', ['⠧ Codex | me', '✳ Claude', 'me@host: ~'], (title) =>
  activityByTitle(title, '/home/me'),
);

survives('a payload of a job', ['{"session":"shop-creator-claude","event":"done"}', ''], (text) =>
  faultOf(Buffer.from(text), 'session'),
);
const message =
  '{"schema":1,"at":"2026-07-01T09:00:00.000Z","session":"shop","host":"h","counts":{"alive":1,"gone":0,"unknown":0}}';
survives('a message of a host', [message], (text) => [
  readMessage(stateMessage, Buffer.from(text)),
  readMessage(sessionMessage, Buffer.from(text)),
  readMessage(eventMessage, Buffer.from(text)),
]);

const shown = JSON.stringify({
  task: { id: 't_1', title: 'monitor', body: null, status: 'running', assignee: 'me', started_at: 1_782_892_800 },
  comments: [{ author: 'me', body: 'stop monitoring', created_at: 1_782_892_900 }],
  events: [{ kind: 'claimed', payload: { lock: 'h:1' }, created_at: 1_782_892_800 }],
});
survives(`Hermes' card`, [shown, `banner\n${shown}`], (text) => {
  const { data } = shownSchema.safeParse(jsonBehindBanner(text));
  return data === undefined ? null : cardOf(data);
});
survives(`Hermes' profiles`, ['[{"name":"me","on_disk":true},null]'], profilesIn);

const entry = { command: '/usr/bin/node', args: ['/x/cli.js', 'mcp'], env: { A: 'b' }, timeout: 600 };
survives(
  `Hermes' config: the entry goes in and out, and all else stays`,
  ['a: 1 # one\nmcp_servers:\n  other: { command: x }\nz: [1, 2]\n', '# nothing\n', 'a: |\n  text\n\nb: &x 1\nc: *x\n'],
  (text) => orRefused(() => withEntry('config.yaml', text, entry)),
  (change, text) => {
    if (change === null || !('text' in change)) return;
    const back = orRefused(() => withoutEntry('config.yaml', change.text, entry));
    if (back !== null && 'text' in back && !text.includes('mcp_servers')) expect(back.text.trim()).toBe(text.trim());
  },
);
survives(
  'our own config',
  ['interval: 30s\ntmux: { sockets: [] }\nnotify:\n  - { kind: ntfy, topic: x }\n', 'mqtt: { url: mqtt://h }\n'],
  (text) => orRefused(() => parseConfig('/c.yaml', text, agentFacts)),
);

const report = JSON.stringify({
  agent: 'claude',
  event: 'SessionStart',
  host: 'h',
  id,
  source: 'clear',
  tmux: '/tmp/tmux-0/default,812,0',
  pane: '%1',
  entrypoint: 'cli',
  args: '0123abcd',
});
survives('a report of an agent', [report], parseReport, (fields) => {
  if (fields === null) return;
  expect(clean(JSON.stringify(fields))).toBe(JSON.stringify(fields));
  expect(reportOf(fields, { at: 0, now: 0, socket: null }).id).toBe(fields.id);
});

const words = [
  'stop monitoring',
  'please stop the monitor now',
  "don't stop monitoring yet",
  '> stop monitoring\nok',
  'stop',
];
survives('a comment of a person', words, readStop, (reading, text) => {
  if (reading === 'stop')
    expect(text.toLowerCase()).toMatch(/st\s*o|end|halt|quit|cancel|block|unwatch|enough|terminate/);
});

const card = [
  '{"kind":"created","at":1782892800000,"title":"monitor my sessions"}',
  '{"kind":"commented","at":1782892800001,"id":"c1","author":"me","body":"hello"}',
  '{"kind":"claimed","at":1782892800002,"pid":12,"host":"h"}',
  '{"kind":"blocked","at":1782892800003,"reason":"stop-requested"}',
].join('\n');
survives(
  'a card of the local board',
  [card],
  (text) => foldCard('local-1', readCardLines(text)),
  ({ comments }) => {
    for (const { body, author } of comments) expect([typeof body, typeof author]).toEqual(['string', 'string']);
  },
);

const events = [
  '{"event":"e1","at":"2026-07-01T09:00:00.000Z","kind":"opened","drift":{"id":"d1","key":"k","kind":"needs-you","session":"a"}}',
  '{"event":"e2","at":"2026-07-01T09:00:01.000Z","kind":"snoozed","session":"a","until":1782892800000}',
  '{"event":"e3","at":"2026-07-01T09:00:02.000Z","kind":"applied","of":"e1"}',
  '{"event":"e4","at":"2026-07-01T09:00:03.000Z","kind":"run","card":"c","what":"started","reason":null}',
  '',
].join('\n');
survives('the log', [events], (text) => {
  const folding = emptyFolding();
  for (const line of readLines(Buffer.from(text)).lines) if (line.kind === 'event') fold(folding, line.event);
  return folding;
});

const registry = [
  'version: 1\nsessions:\n  shop-creator-claude: # by hand\n    agent: claude\n    status: running\n    pane: { pid: 812, cmd: claude }\n',
  `sessions:\r\n  a-b-codex: &a\r\n    agent: codex\r\n    previous_session_ids: [${id}]\r\n  c-d-codex: *a\r\n`,
];
test('the registry: read, or refused with a place and a cure', { timeout: 1_200_000 }, async () => {
  const { path, open } = await scratchRegistry(registry[0] ?? '');
  const ask = { knowsEntries: true, ours: new Set<string>(), mayCache: false };
  await fc.assert(
    fc.asyncProperty(mutated(registry), async (text) => {
      writeFileSync(path, text);
      const read = await open().read(ask);
      if (read.kind === 'unreadable') expect([read.where.startsWith(path), read.cure !== '']).toEqual([true, true]);
    }),
    runs,
  );
});

survives('any JSON', ['{"a":[1,"x"]}'], jsonIn);
