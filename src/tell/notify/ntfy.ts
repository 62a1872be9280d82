import { clean, cutTo, fitLines } from '../../core/words/text.ts';
import { good } from '../../system/finding.ts';
import { addressOf, addressParts, decoded, postJson } from './http-post.ts';
import type { Notice } from './notice-schema.ts';
import { SendError, type Notifier, type SettingsOf } from './notifier.ts';
import { examineParts } from './secret-file.ts';

/** ntfy makes an attachment of a longer message; bytes. */
const messageBytes = 4_000;
const titleBytes = 240;
const priorities: Readonly<Record<Notice['urgency'], number>> = { low: 2, normal: 3, high: 4 };

/**
 * Publishes to a topic of ntfy. The notice goes to the server's root as JSON, with the topic inside: in headers only
 * ASCII would arrive.
 */
export function ntfy(settings: SettingsOf<'ntfy'>): Notifier {
  const { url, urlFile, tokenFile } = settings;
  return {
    send: async (notice, signal) => {
      const address = addressOf({ url, urlFile, tokenFile });
      const { root, topic } = parted(address.url);
      const body = JSON.stringify({
        topic,
        title: cutTo(`${notice.title} (${clean(notice.host)})`, titleBytes),
        message: fitLines(notice.text.split('\n'), messageBytes, (count) => `… and ${count} more lines`),
        priority: priorities[notice.urgency],
        tags: [...new Set(notice.events.map(({ kind }) => kind))].slice(0, 5),
      });
      return postJson({ ...address, url: root }, body, { 'idempotency-key': notice.id }, signal);
    },
    examine: () => [
      ...(url === null ? [] : [good('notifier', `ntfy on ${clean(new URL(url).host)}`)]),
      ...examineParts(addressParts(settings, parted)),
    ],
  };
}

/** Parts the address of a topic into the server's root and the topic. */
function parted(url: URL): { readonly root: URL; readonly topic: string } {
  const path = url.pathname.replace(/\/$/, '');
  const topic = path.slice(path.lastIndexOf('/') + 1);
  if (topic === '') throw new SendError('the address names no topic: it is https://<server>/<topic>');
  const root = new URL(url);
  root.pathname = path.slice(0, path.lastIndexOf('/') + 1);
  return { root, topic: decoded(topic) };
}
