import type { TimelineAnswer } from '../../page-data.ts';

/** The server answered with a refusal. `status` is the HTTP status. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, said: string) {
    super(said);
    this.status = status;
  }
}

/**
 * Asks the page's own server. The token travels in a header, so no address and no log holds it.
 * @throws Refused where the answer is not 2xx, with what the server said
 */
export async function ask(path: string, token: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${token}` };
  const response = await fetch(path, { ...init, headers, cache: 'no-store', credentials: 'omit' });
  if (response.ok) return response;
  const said = (await response.text().catch(() => '')).trim().slice(0, 300);
  throw new Refused(response.status, said === '' ? `the server answered ${response.status}` : said);
}

export async function askTimeline(hours: number, token: string, signal: AbortSignal): Promise<TimelineAnswer> {
  const response = await ask(`api/timeline?hours=${hours}`, token, { signal });
  return (await response.json()) as TimelineAnswer;
}

export async function sendComment(text: string, token: string): Promise<void> {
  await ask('api/comment', token, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(15_000),
  });
}
