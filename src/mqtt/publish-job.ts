import type { JobMessage } from '../jobs/message.ts';
import type { Context } from '../operations/context.ts';

/** The broker hears what befell a job, where one is configured. That it could not is said, and undoes nothing. */
export async function publishJob({ settings, output, signal }: Context, message: JobMessage): Promise<void> {
  const { mqtt, jobs } = settings;
  if (mqtt === null) return;
  const { publishOnce } = await import('./publish-once.ts');
  const { encodeLevel } = await import('./topics.ts');
  const topic = jobs.map.topic.replace('{id}', () => encodeLevel(message.id));
  try {
    await publishOnce(mqtt, { topic, payload: JSON.stringify(message), retain: false }, signal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    output.log('error', `the broker was not told of job ${message.id}: ${reason}`);
  }
}
