import type { Settings } from '../config/settings.ts';
import type { JobMessage } from '../jobs/message.ts';
import { messageOf } from '../system/errno.ts';

/** Tells the broker, where one is configured, what befell a job. A failure goes to `notice` and undoes nothing. */
export async function publishJob(
  { mqtt, jobs }: Settings,
  message: JobMessage,
  notice: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (mqtt === null) return;
  const { publishOnce } = await import('./publish-once.ts');
  const { encodeLevel } = await import('./topics.ts');
  const topic = jobs.map.topic.replace('{id}', () => encodeLevel(message.id));
  try {
    await publishOnce(mqtt, { topic, payload: JSON.stringify(message), retain: false }, signal);
  } catch (error) {
    const reason = messageOf(error);
    notice(`the broker was not told of job ${message.id}: ${reason}`);
  }
}
