import { describe, expect, test } from 'vitest';
import { plan } from '../../../src/core/plan/make-plan.ts';
import { aWorld, anEntry, anEntryMemory, deadPids, defaultSocket, listed, noServer, type World } from '../world.ts';
import { socketAt } from '../../named.ts';

const name = 'lab-creator-claude';
const server = { pid: 77, socket: defaultSocket, reason: 'its socket is gone', cure: 'kill -USR1 77' };
const panes = deadPids(1001);

function made(world: World) {
  const { drifts, blind, verdicts } = plan(aWorld({ entries: [anEntry(name)], ...world }));
  return { drifts: drifts.map(({ kind }) => kind), blind, liveness: verdicts[0]?.liveness, doubt: verdicts[0]?.doubt };
}

/** The entry was seen on a server of pid 900 behind the default socket. */
const seen = { entries: { [name]: anEntryMemory(name) } };

describe('a session that was never seen', () => {
  test('may be on a living server that cannot be asked: nothing is said of it, and what would settle it', () => {
    const { drifts, blind, liveness, doubt } = made({ observation: { panes, unreachable: [server] } });
    expect({ drifts, liveness, doubt }).toEqual({
      drifts: [],
      liveness: 'unknown',
      doubt: expect.objectContaining({ reason: server.reason, cure: server.cure }),
    });
    expect(blind).toMatchObject([{ source: 'tmux server 77', reason: server.reason, cure: server.cure }]);
  });

  test('is on none but the server behind the socket that its entry names', () => {
    const of = (socket: string) => made({ entries: [anEntry(name, { socket })], observation }).liveness;
    const sockets = new Map([
      [defaultSocket, noServer],
      [socketAt('/tmp/tmux-1000/work'), noServer],
    ]);
    const observation = { panes, sockets, unreachable: [server] };
    expect(of('default')).toBe('unknown');
    expect(of('work')).toBe('gone');
  });

  test('is found in the list of whatever server of the user answers', () => {
    const sockets = new Map([
      [defaultSocket, noServer],
      [socketAt('/run/far/socket'), listed([])],
    ]);
    expect(made({ observation: { panes, sockets } })).toMatchObject({ liveness: 'gone', drifts: ['session-gone'] });
  });
});

describe('a session that was seen', () => {
  test('is hidden by no other server', () => {
    const observation = { panes, unreachable: [server] };
    expect(made({ observation, formerMemory: seen })).toMatchObject({ liveness: 'gone', drifts: ['session-gone'] });
  });

  test('is not gone while the server that ran it lives, and another one answers behind its socket', () => {
    const of = (start: string | null, answering: number) => {
      const sockets = new Map([[defaultSocket, listed([], { pid: answering, start: `start-${answering}` })]]);
      return made({ observation: { panes, sockets, servers: new Map([[900, start]]) }, formerMemory: seen });
    };
    expect(of('start-900', 901)).toMatchObject({
      drifts: [],
      liveness: 'unknown',
      doubt: { cure: 'kill -USR1 900 (the server makes its socket again)' },
    });
    expect(of('start-900', 900).liveness).toBe('gone');
    expect(of('another start', 901).liveness).toBe('gone');
    expect(of(null, 901).liveness).toBe('gone');
  });
});
