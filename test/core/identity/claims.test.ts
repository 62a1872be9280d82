import { expect, test } from 'vitest';
import { claimsOf } from '../../../src/core/identity/claims.ts';
import { aProcess, aWorld, anEntry, anEntryMemory } from '../world.ts';
import { entryId } from '../../../src/core/model/entry.ts';

const agent = { pid: 5, start: 'start-5', id: null, proof: null, root: null };

test('an agent of another entry that was seen in the folder counts, by the folder of the entry or of its pane', () => {
  const entries = [
    anEntry('own', { cwd: '/w', pane: null }),
    anEntry('at home', { cwd: '~/shop', pane: null }),
    anEntry('by its pane', { cwd: null, pane: { pid: 1, cmd: 'claude', cwd: '/pane' } }),
    anEntry('never seen', { cwd: '/quiet', pane: null }),
  ];
  const seen = entries.slice(0, 3).map((entry) => [entryId(entry), { ...anEntryMemory(entry.session), agent }]);
  const claims = claimsOf(aWorld({ entries, formerMemory: { entries: Object.fromEntries(seen) } }));
  const shared = (cwd: string | null): boolean => claims.mayHaveSharedFolder(aProcess(9, { cwd }), anEntry('own'));
  expect(['/home/me/shop', '/pane'].map(shared)).toEqual([true, true]);
  expect(['/w', '/quiet', '/none', null].map(shared)).toEqual([false, false, false, false]);
});

test('the folders of all entries are read once for all agents: at 2,000 sessions it took half a second', () => {
  let reads = 0;
  const entry = Object.defineProperty(anEntry('other'), 'cwd', {
    get: () => {
      reads += 1;
      return '/other';
    },
  });
  const claims = claimsOf(aWorld({ entries: [entry] }));
  for (let pid = 1; pid <= 100; pid += 1)
    claims.mayHaveSharedFolder(aProcess(pid, { cwd: `/w/${pid}` }), anEntry('own'));
  expect(reads).toBe(1);
});
