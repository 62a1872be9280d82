/** The topics of one host's monitor. */
export interface HostTopics {
  /** Retained: whether the host is watched. The last will goes there too. */
  readonly state: string;
  /** Each event of the log, once. */
  readonly events: string;
  /** Returns the topic of a session; its message is retained. */
  session(name: string): string;
  /** The filter of all sessions of the host. */
  readonly sessions: string;
}

/** Returns the topics of one host below the prefix. */
export function hostTopics(prefix: string, host: string): HostTopics {
  const base = `${prefix}/${encodeLevel(host)}`;
  return {
    state: `${base}/state`,
    events: `${base}/events`,
    session: (name) => `${base}/sessions/${encodeLevel(name)}`,
    sessions: `${base}/sessions/+`,
  };
}

/** Encodes a name as one level of a topic: all characters but letters, digits and `-_.!~*'()` are percent-encoded. */
export function encodeLevel(name: string): string {
  // By way of bytes: half a surrogate pair has no percent-encoding, and becomes U+FFFD.
  return encodeURIComponent(Buffer.from(name).toString());
}

/** Decodes one level of a topic; `null`: it was not encoded so. */
export function decodeLevel(level: string): string | null {
  try {
    const name = decodeURIComponent(level);
    return encodeLevel(name) === level ? name : null;
  } catch {
    return null;
  }
}

/** Returns the host of a retained topic; `null`: the topic belongs to another program. */
export function hostOfTopic(prefix: string, topic: string): string | null {
  const [host = '', kind, ...rest] = topic.slice(prefix.length + 1).split('/');
  const isRetained = (kind === 'state' && rest.length === 0) || (kind === 'sessions' && rest.length === 1);
  return topic.startsWith(`${prefix}/`) && isRetained ? decodeLevel(host) : null;
}

/** MQTT refuses a longer topic; bytes. */
const longestTopic = 65_535;

/** Decides whether MQTT allows a topic of that length. */
export function fitsTopic(topic: string): boolean {
  return Buffer.byteLength(topic) <= longestTopic;
}

/**
 * Decides whether a filter matches a topic. MQTT 3.1.1, 4.7: `+` is one level, `#` the rest with its parent, and
 * neither matches a topic of the broker's own (`$SYS`).
 */
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
