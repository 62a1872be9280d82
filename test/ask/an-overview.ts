import { exitCode } from '../../src/errors.ts';
import type { Overview, OverviewSession } from '../../src/operations/sessions/overview.ts';

export const at = Date.parse('2026-07-01T09:00:30Z');

export function aSession(change: Partial<OverviewSession['row']> = {}): OverviewSession {
  return {
    row: {
      session: 'shop-creator-claude',
      workspace: 'shop',
      agent: 'claude',
      status: 'running',
      liveness: 'alive',
      group: 'needs-you',
      state: 'needs you 12m: permission prompt',
      activity: 'waiting',
      waiting_for: 'permission prompt',
      waiting_since: '2026-07-01T08:48:30.000Z',
      snoozed: { until: null },
      since: null,
      state_since: '2026-07-01T08:48:30.000Z',
      seen_since: null,
      id: '87dc548e',
      job: null,
      resume: null,
      host: 'lab1',
      place: 'lab1',
      reason: null,
      cure: null,
      ...change,
    },
    isLost: false,
  };
}

export function anOverview(change: Partial<Overview> = {}): Overview {
  return {
    at,
    exit: exitCode.done,
    registry: { path: '/home/me/registry.yaml', isAbsent: false },
    sessions: [aSession()],
    unregistered: [],
    otherNames: [],
    lost: ['blog-creator-claude'],
    blind: [{ source: 'tmux:/tmp/x', since: '2026-07-01T09:00:00.000Z', reason: 'no answer', cure: 'kill -CONT 12' }],
    watched: { sockets: ['/tmp/x'], servers: [12], folders: ['/home/me/.claude/sessions'], registryHash: 'abc' },
    hearsDeaths: true,
    changes: 0,
    ...change,
  };
}
