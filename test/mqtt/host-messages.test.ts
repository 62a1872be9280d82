import { expect, test } from 'vitest';
import { emptyMemory } from '../../src/core/model/memory.ts';
import { isoMillis } from '../../src/core/words/time.ts';
import type { Edit } from '../../src/core/model/drift.ts';
import { hostLook } from '../../src/mqtt/host-messages.ts';
import type { PassResult } from '../../src/pass/pass.ts';
import { at, entryOf, reportWith, verdictOf } from '../operations/fake-context.ts';
import { aWorld, idsOf } from '../core/world.ts';

test('what a pass saw, with the status that it wrote', () => {
  const shop = entryOf('shop', { jobId: '3f2a' });
  const blog = entryOf('blog', { agent: 'agy', ids: idsOf({ own: null, claude: null, agy: 'recorded' }) });
  const left = entryOf('left', { status: null, ids: idsOf({ own: null, claude: null, agy: null }) });
  const edit: Edit = { op: 'set', entry: shop, path: ['status'], from: 'running', to: 'terminated' };
  const { registry, plan, observation } = reportWith({}, [
    [shop, verdictOf(shop, { liveness: 'gone' })],
    [
      blog,
      verdictOf(blog, {
        identity: { id: 'proven', proof: 'record', said: '' },
        activity: 'waiting',
        waiting: { for: 'question', since: at },
      }),
    ],
    [left, verdictOf(left, { liveness: 'unknown' })],
  ]);
  if (registry === null || plan === null || observation === null) throw new Error('no report');
  const result: PassResult = {
    at,
    mode: 'loop',
    registry,
    plan: { ...plan, nextMemory: emptyMemory },
    input: aWorld(),
    observation,
    standing: [],
    opened: [],
    deferred: [],
    edits: [edit, { op: 'register', entry: { session: 'new', socket: null }, fields: {} }],
    written: true,
    started: false,
    notKept: null,
    leftHash: 'b',
    cost: { spawns: 1, bytesRead: 0, ms: 1 },
  };
  const unseen = { activity: null, waiting_for: null, waiting_since: null };
  const waits = { activity: 'waiting', waiting_for: 'question', waiting_since: isoMillis(at) };
  expect(hostLook(result)).toEqual({
    counts: { alive: 2, gone: 1, unknown: 1 },
    sessions: [
      { session: 'shop', status: 'terminated', liveness: 'gone', id: '87dc548e', job: '3f2a', ...unseen },
      { session: 'blog', status: 'running', liveness: 'alive', id: 'proven', job: null, ...waits },
      { session: 'left', status: null, liveness: 'unknown', id: null, job: null, ...unseen },
      { session: 'new', status: 'running', liveness: 'alive', id: null, job: null, ...unseen, activity: 'unknown' },
    ],
  });
  expect(hostLook({ ...result, written: false }).sessions.map(({ status }) => status)).toEqual([
    'running',
    'running',
    null,
  ]);
});
