import type { LogReader } from './log-reader.ts';
import { nameOf, type Webhook } from './webhook.ts';

/** What the webhook of the fleet is to be told. */
export const toldKinds = [
  'session-gone',
  'agent-exited',
  'session-revived',
  'session-id-rotated',
  'tmux-server-died',
  'needs-you',
  'finished',
];

/**
 * A drift that is over before it is told is no news. A notice waits for 2 s for more news, for 5 s for the user who may
 * have caused a death, and for 10 s after the last notice; a busy machine takes its time too. ms
 */
const untoldMs = 30_000;
/** A killed sender may not have kept that a notice had arrived; ms. */
const unkeptMs = 5_000;

/**
 * Compares what the webhook was told with the log.
 * @param from the position of the first event that counts
 * @returns each difference: what is missing, and what was told twice or for nothing
 */
export function untrue(log: LogReader, webhook: Webhook, from: number): readonly string[] {
  const told = new Set(webhook.told.map(nameOf));
  const wanted = new Set<string>();
  const allowed = new Set<string>();
  for (const { drift, position, openedAt, end } of log.lives()) {
    if (position < from || !toldKinds.includes(drift.kind)) continue;
    const isShort = end !== null && (end.at - openedAt < untoldMs || wasAway(webhook, openedAt, end.at));
    const mayBeUntold = end !== null && end.because !== 'repaired' && isShort;
    (mayBeUntold ? allowed : wanted).add(`${drift.id} opened`);
    const isTold = told.has(`${drift.id} opened`);
    if (end !== null && end.message !== null && isTold) wanted.add(`${drift.id} resolved`);
  }
  for (const { event, position } of log.finished()) if (position >= from) wanted.add(`${event} opened`);
  const missing = [...wanted].filter((one) => !told.has(one)).map((one) => `the webhook lacks ${one}`);
  const strange = [...told].filter((one) => !wanted.has(one) && !allowed.has(one));
  return [
    ...missing,
    ...strange.map((one) => `the webhook was told ${one}, which the log lacks`),
    ...repeats(webhook).flatMap(({ what, isExcused }) => (isExcused ? [] : [`told twice: ${what}`])),
    ...keyFaults(webhook),
  ];
}

/** Decides whether a request was refused, or its sender killed, in that time or just before. */
function wasAway({ deliveries, kills }: Webhook, from: number, until: number): boolean {
  const troubles = [...deliveries.filter(({ hasArrived }) => !hasArrived).map(({ at }) => at), ...kills];
  return troubles.some((at) => at >= from - untoldMs && at <= until);
}

/**
 * Returns what arrived more than once. `isExcused`: its sender was killed just after the first time, and so could not
 * keep that.
 */
export function repeats({
  deliveries,
  kills,
}: Webhook): readonly { readonly what: string; readonly isExcused: boolean }[] {
  const seen = new Map<string, number>();
  return deliveries.flatMap(({ at, notice, hasArrived }) => {
    if (!hasArrived) return [];
    return notice.events.map(nameOf).flatMap((what) => {
      const before = seen.get(what);
      seen.set(what, at);
      if (before === undefined) return [];
      return [{ what, isExcused: kills.some((kill) => kill >= before && kill <= before + unkeptMs) }];
    });
  });
}

/** Checks the keys by which a receiver knows a notice again: the same for the same events, another for others. */
function keyFaults({ deliveries }: Webhook): readonly string[] {
  const contents = new Map<string, string>();
  return deliveries.flatMap(({ notice, idempotencyKey }) => {
    const content = JSON.stringify(notice.events.map(nameOf));
    const other = contents.get(notice.id);
    contents.set(notice.id, content);
    return [
      ...(idempotencyKey === notice.id ? [] : [`notice ${notice.id} has the key ${idempotencyKey}`]),
      ...(other === undefined || other === content ? [] : [`notice ${notice.id} was another before`]),
      ...(notice.left_out === 0 && !notice.test ? [] : [`notice ${notice.id} is not whole`]),
    ];
  });
}

/** Compares the comments that the log says were posted with those on the card. */
export function untrueCard(log: LogReader, comments: readonly { readonly body: string }[]): readonly string[] {
  const events = log.read();
  const arrived = new Set(events.flatMap((event) => (event.kind === 'posted' && event.arrived ? [event.of] : [])));
  const postings = events.flatMap((event) => (event.kind === 'posting' && arrived.has(event.event) ? [event] : []));
  const drifts = postings.flatMap((posting) => posting.drifts ?? []);
  const twice = drifts.filter((id, index) => drifts.indexOf(id) !== index);
  const news = comments.filter(({ body }) => !body.startsWith('alive, ')).length;
  return [
    ...twice.map((id) => `the card was told twice of ${id}`),
    ...(news === postings.length ? [] : [`the card has ${news} comments, the log posted ${postings.length}`]),
  ];
}
