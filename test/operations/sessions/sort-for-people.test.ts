import { expect, test } from 'vitest';
import type { Group } from '../../../src/core/model/group.ts';
import { sortForPeople } from '../../../src/operations/sessions/sort-for-people.ts';

const seen = (name: string, group: Group, state_since: string | null = null, seen_since: string | null = null) => ({
  name,
  group,
  row: { state_since, seen_since },
});

test('shows first what needs the user, the longest waiting first, and last what is over', () => {
  const sessions = [
    seen('over', 'terminated'),
    seen('away', 'elsewhere'),
    seen('works', 'working', '2026-07-01T09:00:00.000Z'),
    seen('works too', 'working', '2026-07-01T08:00:00.000Z'),
    seen('dark', 'unknown'),
    seen('idle long', 'idle', '2026-07-01T06:00:00.000Z'),
    seen('idle, not known since when', 'idle'),
    seen('idle now', 'idle', '2026-07-01T08:59:00.000Z'),
    seen('died', 'gone', '2026-07-01T07:00:00.000Z'),
    seen('waits', 'needs-you', '2026-07-01T08:50:00.000Z'),
    seen('waits, not known since when', 'needs-you'),
    seen('waits at least so long', 'needs-you', null, '2026-07-01T08:20:00.000Z'),
    seen('waits longest', 'needs-you', '2026-07-01T08:00:00.000Z'),
    seen('exited', 'exited'),
  ];
  expect(sortForPeople(sessions).map(({ name }) => name)).toEqual([
    'waits longest',
    'waits at least so long',
    'waits',
    'waits, not known since when',
    'works',
    'works too',
    'idle now',
    'idle long',
    'idle, not known since when',
    'exited',
    'died',
    'dark',
    'away',
    'over',
  ]);
});
