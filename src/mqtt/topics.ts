/** The topics of one host's monitor. */
export interface HostTopics {
  /** Retained: whether it watches. The last will goes there too. */
  readonly state: string;
  /** Each event of the log, once. */
  readonly events: string;
  /** Retained: one topic a session. */
  session(name: string): string;
  /** The filter of all its sessions. */
  readonly sessions: string;
}

export function hostTopics(prefix: string, host: string): HostTopics {
  const base = `${prefix}/${encodeLevel(host)}`;
  return {
    state: `${base}/state`,
    events: `${base}/events`,
    session: (name) => `${base}/sessions/${encodeLevel(name)}`,
    sessions: `${base}/sessions/+`,
  };
}

/** A name as one level of a topic: `/`, `+`, `#`, control characters and whatever is no letter are percent-encoded. */
export function encodeLevel(name: string): string {
  // By way of bytes: half a surrogate pair, which has no percent-encoding, becomes U+FFFD.
  return encodeURIComponent(Buffer.from(name).toString());
}

/** `null`: nobody encoded that. */
export function decodeLevel(level: string): string | null {
  try {
    const name = decodeURIComponent(level);
    return encodeLevel(name) === level ? name : null;
  } catch {
    return null;
  }
}

/** The host whose retained topic that is; `null`: it is none of ours. */
export function hostOfTopic(prefix: string, topic: string): string | null {
  const [host = '', kind, ...rest] = topic.slice(prefix.length + 1).split('/');
  const isRetained = (kind === 'state' && rest.length === 0) || (kind === 'sessions' && rest.length === 1);
  return topic.startsWith(`${prefix}/`) && isRetained ? decodeLevel(host) : null;
}

/** MQTT refuses a longer one; bytes. */
const longestTopic = 65_535;

export function fitsTopic(topic: string): boolean {
  return Buffer.byteLength(topic) <= longestTopic;
}

/** MQTT 3.1.1, 4.7: `+` is one level, `#` the rest with its parent, and neither stands for a topic of the broker's own (`$SYS`). */
export function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (level !== '+' && level !== levels[index]) return false;
    if (levels[index] === undefined) return false;
  }
  return wanted.length === levels.length;
}
