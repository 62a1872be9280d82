import { expect, test } from 'vitest';
import type { Process } from '../../../src/core/model/observation.ts';
import type { PlanInput } from '../../../src/core/model/plan.ts';
import { isInteractiveShell } from '../../../src/core/place/shell.ts';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { UsageError } from '../../../src/errors.ts';
import { differences, dumpOf, dumpText, parseDump, replay } from '../../../src/pass/dump/dump.ts';
import { withoutArguments } from '../../../src/pass/dump/without-arguments.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTranscript,
  aTree,
  aWorld,
  anEntry,
  claudeLive,
  claudeLook,
  defaultSocket,
  deadPids,
  idsOf,
  listed,
  opened,
  trees,
} from '../../core/world.ts';

const [mine, other] = ['87dc548e-1111-4000-8000-000000000001', '9a0b1c2d-2222-4000-8000-000000000002'];
const prompt = 'tell nobody about the merger with Initech';

/** Three sessions: one runs an agent that was given a prompt, one is gone, one has no entry yet. */
function world(): PlanInput {
  const panes = [aPane(1001, { cwd: '/home/jane/PuKi/acme' }), aPane(1003, { cwd: '/home/jane/PuKi/umbra' })];
  const started = aProcess(1001, { argv: ['claude', '--resume', mine, prompt], cwd: '/home/jane/PuKi/acme' });
  const script = aProcess(1004, { argv: ['/bin/bash', '-c', `echo '${prompt}'`], exe: '/bin/bash', ppid: 1001 });
  return aWorld({
    registry: { path: '/home/jane/agent-sessions.yaml' },
    entries: [
      anEntry('acme-creator-claude', { workspace: 'acme', cwd: '/home/jane/PuKi/acme', host: 'zeus.initech.example' }),
      anEntry('gone-creator-claude', { workspace: 'gone', pane: { pid: 1002, cmd: 'claude', cwd: null } }),
    ],
    observation: {
      host: 'zeus',
      home: '/home/jane',
      sockets: new Map([
        [
          defaultSocket,
          listed([
            aSession('acme-creator-claude', { id: '$1', panes: panes.slice(0, 1) }),
            aSession('umbra-creator-claude', { id: '$2', panes: panes.slice(1) }),
          ]),
        ],
      ]),
      panes: new Map([
        ...trees(aTree(started, { descendants: [script] }), aTree(aProcess(1003, { cwd: '/home/jane/PuKi/umbra' }))),
        ...deadPids(1002),
      ]),
      claude: claudeLook({
        roots: [{ path: '/home/jane/.claude', exists: true, keepsRecords: false, cleanupDays: 30 }],
        live: new Map([[1003, claudeLive(1003, other)]]),
        transcripts: new Map([
          ['/home/jane/PuKi/acme', [aTranscript(mine, { version: null, cwd: '/home/jane/PuKi/acme' })]],
        ]),
        artifacts: new Map([
          [mine, { path: `/home/jane/.claude/projects/-home-jane-PuKi-acme/${mine}.jsonl`, size: 1, mtime: 1 }],
          [other, { path: `/home/jane/.claude/projects/-home-jane-PuKi-umbra/${other}.jsonl`, size: 1, mtime: 1 }],
        ]),
      }),
    },
    ledger: opened({
      key: '["/home/jane/agent-sessions.yaml","job-orphaned","acme-creator-claude",null]',
      kind: 'job-orphaned',
      session: 'acme-creator-claude',
    }),
    looksAgain: 1,
  });
}

function dumped(isRedacted: boolean) {
  const input = world();
  return dumpText(dumpOf({ input, plan: plan(input) }, isRedacted), '0.1.0');
}

test('a dump that was written and read gives the same plan, by its own clock', () => {
  const dump = parseDump(JSON.parse(dumped(false)), 'dump.json');
  const made = replay(dump, 'dump.json');
  expect(made.drifts.map(({ kind }) => kind)).toEqual([
    'session-id-materialized',
    'session-gone',
    'session-unregistered',
  ]);
  expect(made.absentDrifts).toHaveLength(1);
  expect(differences(dump.plan, made)).toEqual([]);
  expect(differences(dump.plan, plan(world()))).toEqual([]);
});

test('no argument of a process is in it: a prompt, a script, a password', () => {
  const text = dumped(false);
  for (const word of ['merger', 'Initech', 'echo']) expect(text).not.toContain(word);
  expect(text).toContain('"claude"');
});

test.each<readonly [argv: readonly string[], left: readonly string[]]>([
  [['claude', '-p', prompt], ['claude']],
  [['mysql', '-psecret'], ['mysql']],
  [['-bash'], ['-bash']],
  [['bash', '--rcfile', '/etc/x', '-i'], ['bash']],
  [
    ['bash', '-lc', 'claude'],
    ['bash', '…'],
  ],
  [
    ['bash', 'script.sh'],
    ['bash', '…'],
  ],
  [
    ['busybox', 'sh'],
    ['busybox', 'sh'],
  ],
  [
    ['busybox', 'sh', 'script.sh'],
    ['busybox', 'sh', '…'],
  ],
  [['node working on the merger'], ['node']],
  [['bash working on the merger'], ['bash', '…']],
])('of %j only %j is kept, and it is as much a shell', (argv, left) => {
  const process = aProcess(1001, { argv, exe: null, folders: { CLAUDE_CONFIG_DIR: '/secret' }, home: '/home/jane' });
  const input = aWorld({ observation: { panes: trees(aTree(process)) } });
  const seen = withoutArguments(input).observation.panes.get(1001);
  const root: Process | null = seen !== undefined && 'known' in seen ? seen.known.root : null;
  expect(root).toEqual({ ...process, argv: left, folders: {}, home: null });
  expect(root !== null && isInteractiveShell(root)).toBe(isInteractiveShell(process));
});

test('redacted, no name is left in it, and the plan is the same but for its words', () => {
  const text = dumped(true);
  for (const word of ['acme', 'umbra', 'jane', 'PuKi', 'zeus', 'initech', mine.slice(0, 8), other.slice(0, 8)]) {
    expect(text.toLowerCase()).not.toContain(word.toLowerCase());
  }
  const { input, plan: made } = parseDump(JSON.parse(text), 'dump.json');
  const before = plan(world());
  expect(made.drifts.map(({ kind, edits }) => [kind, edits.map(pathOf)])).toEqual(
    before.drifts.map(({ kind, edits }) => [kind, edits.map(pathOf)]),
  );
  expect(made.verdicts.map(({ liveness }) => liveness)).toEqual(before.verdicts.map(({ liveness }) => liveness));
  expect(made.absentDrifts).toEqual(before.absentDrifts.map((absent) => ({ ...absent, id: made.absentDrifts[0]?.id })));
  const [first] = input.registry.entries;
  expect(first?.session).toBe(`${first?.workspace}-creator-claude`);
  expect(first?.host?.split('.')[0]).toBe(input.observation.host);
  expect(first?.cwd?.startsWith(`${input.observation.home}/`)).toBe(true);
});

test('redacted, a snoozed session is still snoozed, and no word of its name or of an earlier id is left', () => {
  const name = 'acme-creator-claude';
  const lineage = [{ id: other, until: null, reason: 'moved for the merger' }];
  const input = aWorld({
    entries: [anEntry(name, { lineage, ids: idsOf({ own: mine }) })],
    observation: {
      sockets: new Map([[defaultSocket, listed([aSession(name)])]]),
      panes: trees(aTree(aProcess(1001))),
      claude: claudeLook({
        live: new Map([
          [1001, claudeLive(1001, mine, { status: 'waiting', waitingFor: 'question', statusUpdatedAt: 0 })],
        ]),
        artifacts: new Map([[mine, { path: `/t/${mine}.jsonl`, size: 1, mtime: 1 }]]),
      }),
    },
  });
  const kinds = (snoozed: readonly string[]): readonly string[] => {
    const settings = { ...input.settings, attention: { afterMs: 0, snoozed } };
    const world = { ...input, settings };
    const text = dumpText(dumpOf({ input: world, plan: plan(world) }, true), '0.1.0');
    expect(text).not.toMatch(/acme|merger|umbra/);
    const dump = parseDump(JSON.parse(text), 'dump.json');
    expect(dump.plan.drifts.map(({ kind }) => kind)).toEqual(plan(world).drifts.map(({ kind }) => kind));
    return dump.plan.drifts.map(({ kind }) => kind);
  };
  expect(kinds([])).toContain('needs-you');
  expect(kinds([name, 'umbra-creator-claude'])).not.toContain('needs-you');
});

test('what is no dump is refused, and a dump of another version names its program', () => {
  const refusal = (json: unknown): readonly string[] => {
    try {
      replay(parseDump(json, 'x.json'), 'x.json');
      return [];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return [error.message, error.where ?? '', error.cure];
    }
  };
  const written: object = JSON.parse(dumped(false));
  const changed = (fields: object): unknown => ({ ...written, ...fields });
  const none = ['this is no dump', 'x.json', 'name a file that `asm explain --dump` wrote'];
  expect(refusal(undefined)).toEqual(none);
  expect(refusal({ kind: 'another' })).toEqual(none);
  expect(refusal(changed({ version: 7, program: '9.0.0' }))).toEqual([
    'this dump is of version 7, and this program reads version 1',
    'x.json',
    'replay it with agent-sessions-monitor 9.0.0',
  ]);
  const damaged = [
    'this dump is damaged',
    'x.json',
    'make the dump again, or replay it with the version that wrote it',
  ];
  expect(refusal(changed({ input: { registry: 1 } }))).toEqual(damaged);
  expect(refusal(changed({ input: { $map: [1] } }))).toEqual(damaged);
});

test('an entry named `__proto__` comes back, and a dump that is nested too deeply is damaged', () => {
  const input = aWorld({ entries: [anEntry('__proto__')] });
  const text = dumpText(dumpOf({ input, plan: plan(input) }, false), '0.1.0');
  const read = parseDump(JSON.parse(text), 'a.json');
  expect(differences(read.plan, replay(read, 'a.json'))).toEqual([]);
  const deep = text.replace('"input": {', `"input": {"deep": ${'['.repeat(50_000)}${']'.repeat(50_000)},`);
  expect(() => parseDump(JSON.parse(deep), 'a.json')).toThrow('this dump is damaged');
});

function pathOf(edit: { readonly op: string; readonly path?: readonly string[] }): string {
  return `${edit.op} ${edit.path?.join('.') ?? ''}`;
}
