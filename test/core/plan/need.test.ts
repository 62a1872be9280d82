import { expect, test } from 'vitest';
import { emptyMemory } from '../../../src/core/model/memory.ts';
import { need } from '../../../src/core/plan/need.ts';
import { aRegistry, anEntry, settings, idsOf } from '../world.ts';
import { named, socketAt } from '../../named.ts';

test('asks for what running and terminated entries depend on; of those left alone only for their panes', () => {
  const registry = aRegistry([
    anEntry('a.b', { socket: 'work', jobId: 'job-1', ids: idsOf({ own: 'id-1', claude: 'id-1', agy: undefined }) }),
    anEntry('c', { agent: 'agy', pane: null, ids: idsOf({ own: undefined, claude: undefined, agy: 'id-2' }) }),
    anEntry('d', { status: 'terminated', pane: { pid: 4004, cmd: null, cwd: null } }),
    anEntry('e', {
      ignore: true,
      socket: 'ignored',
      jobId: 'job-2',
      ids: idsOf({ own: 'id-3', claude: undefined, agy: undefined }),
    }),
  ]);
  expect(need(registry, emptyMemory, settings)).toEqual({
    sockets: [null, 'work'],
    socketWords: ['work', 'ignored'],
    otherSockets: true,
    userServers: true,
    serverPids: [],
    sessions: new Set(['a.b', 'a_b', 'c', 'd', 'e']),
    registerPattern: settings.registerPattern,
    panePids: [1001],
    recordedIds: ['id-1', 'id-2'],
    resumable: [
      { agent: 'claude', ids: ['id-1'], cwd: '/home/me/lab' },
      { agent: 'agy', ids: ['id-2'], cwd: '/home/me/lab' },
    ],
    jobIds: ['job-1'],
    agents: new Map([
      ['claude', { ids: ['id-1'], roots: [], folders: [{ cwd: '/home/me/lab', root: null, ids: ['id-1'] }] }],
      ['agy', { ids: ['id-2'], roots: [], folders: [{ cwd: '/home/me/lab', root: null, ids: ['id-2'] }] }],
    ]),
  });
});

test('entries that were all seen need no other socket', () => {
  const seen = {
    socket: socketAt('/tmp/tmux-1000/work'),
    serverPid: 900,
    serverStart: 'start-900',
    sessionId: '$1',
    sessionCreated: 0,
    panePid: 5005,
    paneStart: null,
    paneSince: 0,
  };
  const memory = {
    workspace: null,
    textHash: '',
    textSince: 0,
    bootId: null,
    seen,
    agent: null,
    shellSince: null,
    formerVisibleStatus: null,
  };
  const asked = need(aRegistry([anEntry('a')]), { ...emptyMemory, entries: { [named('a')]: memory } }, settings);
  expect({ sockets: asked.sockets, others: asked.otherSockets, pids: asked.panePids }).toEqual({
    sockets: [null, '/tmp/tmux-1000/work'],
    others: false,
    pids: [5005, 1001],
  });
});

test('an empty registry needs the files of no agent', () => {
  expect(need(aRegistry([]), emptyMemory, settings).agents).toEqual(new Map());
});

test('of an entry of another place nothing is looked for but its name', () => {
  const registry = aRegistry([anEntry('there')]);
  const asked = need(registry, emptyMemory, { ...settings, isElsewhere: ({ session }) => session === 'there' });
  expect({ others: asked.otherSockets, servers: asked.userServers, pids: asked.panePids }).toEqual({
    others: false,
    servers: false,
    pids: [],
  });
  expect(asked.sessions).toContain('there');
});
