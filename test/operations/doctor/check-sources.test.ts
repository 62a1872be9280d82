import { expect, test } from 'vitest';
import type { AgentProcess } from '../../../src/core/model/evidence.ts';
import { noEvidence } from '../../../src/core/model/evidence.ts';
import { checkSources } from '../../../src/operations/doctor/check-sources.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  aWorld,
  anObservation,
  claudeLook,
  defaultSocket,
  listed,
  trees,
} from '../../core/world.ts';
import { documentWith, entryOf, reportWith, settings, verdictOf } from '../fake-context.ts';

const since = '2026-07-01T09:00:00.000Z';

test('what the pass calls blind is bad, whatever else was seen of it; each once', () => {
  const roots = [{ path: '/home/me/.claude', exists: false, keepsRecords: false, cleanupDays: 30 }];
  const observation = anObservation({
    sockets: new Map([[defaultSocket, listed([])]]),
    claude: claudeLook({ roots }),
  });
  const replaced = 'the tmux server 77 lives behind the same path';
  const blind = [
    { source: 'claude', since, reason: 'no folder of claude at /home/me/.claude', cure: 'set claude.roots' },
    { source: 'jobs', since, reason: 'may not be read (EACCES)', cure: 'chmod 700 it' },
    { source: 'place', since, reason: 'it is borrowed', cure: 'adopt' },
    { source: 'tmux server 78', since, reason: 'it lives', cure: 'kill -USR1 78' },
    { source: `tmux:${defaultSocket}`, since, reason: replaced, cure: 'kill -USR1 77' },
  ];
  const findings = checkSources(reportWith({ observation, document: documentWith({ blind }) }), settings);
  expect(findings.filter(({ ok }) => !ok).map(({ id, message, cure }) => [id, message, cure])).toEqual([
    ['socket', `tmux socket ${defaultSocket}: ${replaced}`, 'kill -USR1 77'],
    ['claude', 'Claude: no folder of claude at /home/me/.claude', 'set claude.roots'],
    ['jobs', 'jobs: may not be read (EACCES)', 'chmod 700 it'],
    ['tmux-server', 'tmux server 78: it lives', 'kill -USR1 78'],
  ]);
  expect(findings.map(({ message }) => message).join('\n')).not.toContain("no conversation of Claude's");
});

test('only processes whose conversation nothing proves are counted', () => {
  const unprovable = 'only its arguments can say';
  const own: AgentProcess = {
    agent: 'opencode',
    mode: 'interactive',
    id: null,
    mayBegin: false,
    job: null,
    root: null,
    isByName: true,
  };
  const at = Date.parse(since);
  const nothing = { isEnd: false, beganBy: null, paneId: null, socket: null, activity: null, at };
  const report = { ...nothing, eventName: 'SessionStart', id: 'ses_2', isInteractive: true };
  const observation = {
    ...anObservation(),
    evidence: new Map([['opencode', { known: { ...noEvidence, artifacts: null, unprovable } }]]),
    agentProcesses: new Map<number, AgentProcess>([
      [1, own],
      [2, { ...own, report }],
      [3, own],
      [4, { ...own, id: 'ses_4' }],
      [5, { ...own, mode: 'headless' }],
    ]),
  };
  const entry = entryOf('shop-creator-opencode');
  const agent = { pid: 3, start: '3', startedAt: at };
  const verdict = verdictOf(entry, {
    agent,
    identity: { id: 'ses_3', proof: 'report', said: 'it reported so itself' },
  });
  const findings = checkSources(reportWith({ observation }, [[entry, verdict]]), settings);
  expect(findings.map(({ message }) => message).filter((message) => message.includes('running'))).toEqual([
    `opencode: 1 running, and nothing proves which conversation: ${unprovable}`,
  ]);
});

test('entries in whose panes another agent runs than they name are counted once', () => {
  const observation = {
    sockets: new Map([[defaultSocket, listed([aSession('shop'), aSession('blog', { panes: [aPane(1002)] })])]]),
    panes: trees(aTree(aProcess(1001, { argv: ['agy'], exe: '/usr/bin/agy' })), aTree(aProcess(1002))),
  };
  const entries = ['shop', 'blog'].map((name) => entryOf(name, { pane: null }));
  const input = aWorld({ entries, observation });
  const findings = checkSources(reportWith({ input, observation: input.observation }), settings);
  expect(findings.filter(({ id }) => id === 'agents')).toEqual([
    {
      id: 'agents',
      ok: true,
      message:
        'another agent runs in the pane than the entry names: shop; `asm explain SESSION` says which, and what to write',
      cure: null,
    },
  ]);
});
