import { compare } from '../../core/model/compare.ts';
import {
  readMessage,
  sessionMessage,
  stateMessage,
  unseen,
  type SessionMessage,
  type StateMessage,
} from '../messages.ts';
import type { Incoming } from '../connection.ts';
import { decodeLevel } from '../topics.ts';

export interface FleetHost {
  readonly host: string;
  readonly online: boolean;
  /** Since when; ISO 8601; `null`: it is not known. */
  readonly since: string | null;
  /** The host was lost without an orderly end, some time after `since`, its last sign of life. */
  readonly wasLost: boolean;
  readonly sessions: readonly FleetSession[];
}

export type FleetSession = Omit<SessionMessage, 'schema'>;

/** All hosts of a broker, as their messages come in. */
export interface FleetView {
  /** The topics that it needs. */
  readonly topics: readonly string[];
  /**
   * Takes a message.
   * @returns `false` for a message of another program, which is ignored
   */
  take(message: Incoming): boolean;
  hosts(): readonly FleetHost[];
}

interface Known {
  state: StateMessage | null;
  readonly sessions: Map<string, SessionMessage>;
}

export function makeFleetView(prefix: string): FleetView {
  const known = new Map<string, Known>();

  function knownOf(host: string): Known {
    const one = known.get(host) ?? { state: null, sessions: new Map() };
    known.set(host, one);
    return one;
  }

  return {
    topics: [`${prefix}/+/state`, `${prefix}/+/sessions/+`],
    take: ({ topic, payload }) => {
      const [hostLevel = '', kind, nameLevel] = topic.slice(prefix.length + 1).split('/');
      const host = decodeLevel(hostLevel);
      if (host === null) return false;
      if (kind === 'state') {
        const state = readMessage(stateMessage, payload);
        if (state === null && payload.length > 0) return false;
        knownOf(host).state = state;
        return true;
      }
      const name = decodeLevel(nameLevel ?? '');
      if (name === null) return false;
      if (payload.length === 0) {
        knownOf(host).sessions.delete(name);
        return true;
      }
      const session = readMessage(sessionMessage, payload);
      if (session?.session !== name) return false;
      knownOf(host).sessions.set(name, session);
      return true;
    },
    hosts: () =>
      [...known]
        .filter(([, { state, sessions }]) => state !== null || sessions.size > 0)
        .map(([host, one]) => hostOf(host, one))
        .toSorted((one, other) => compare(one.host, other.host)),
  };
}

function hostOf(host: string, { state, sessions }: Known): FleetHost {
  const online = state?.online === true;
  const wasLost = !online && (state === null || state.counts === null);
  const all = [...sessions.values()].toSorted((one, other) => compare(one.session, other.session));
  const signs = wasLost ? all.map(({ at }) => at) : [];
  const since = [state?.since, ...signs].filter((at) => at !== undefined).toSorted();
  return {
    host,
    online,
    since: since.at(-1) ?? null,
    wasLost,
    sessions: all.map((one) => sessionOf(one, online)),
  };
}

function sessionOf(said: SessionMessage, online: boolean): FleetSession {
  const { session, status, id, job, at } = said;
  const { liveness, activity, waiting_for, waiting_since } = online ? said : unseen;
  return { session, status, liveness, id, job, activity, waiting_for, waiting_since, at };
}
