import { codeOf } from '../../system/errno.ts';
import { readSecret } from './secret-file.ts';
import { SendError } from './notifier.ts';

/** A receiver must answer within this time; ms. */
const deadlineMs = 10_000;
/** More of an answer is not read; bytes. */
const answerBytes = 4_096;
/** A receiver may ask for a longer wait, but is not given it; ms. */
const longestWaitMs = 60 * 60_000;

/** Where to send, and with which authorization. It holds secrets: never show it. */
export interface Address {
  readonly url: URL;
  readonly authorization: string | null;
}

interface AddressSettings {
  readonly url: string | null;
  readonly urlFile: string | null;
  readonly tokenFile: string | null;
}

/**
 * Returns the address of the settings. A token in a file goes before a user and a password in the address, which are
 * sent as Basic authorization: fetch refuses such an address, and repeats it in its error.
 * @throws SendError
 */
export function addressOf({ url, urlFile, tokenFile }: AddressSettings): Address {
  const text = url ?? (urlFile === null ? '' : readSecret(urlFile, 'the file of the address'));
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new SendError('the address is none that begins with http:// or https://');
  }
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  const given = [username, password].map((part) => decodeURIComponent(part)).join(':');
  const basic = given === ':' ? null : `Basic ${Buffer.from(given).toString('base64')}`;
  return { url: parsed, authorization: tokenFile === null ? basic : `Bearer ${tokenIn(tokenFile)}` };
}

function tokenIn(file: string): string {
  const token = readSecret(file, 'the file of the token');
  // Other characters cannot stand in a header, and fetch's error would repeat them.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new SendError('the file of the token holds more than one word');
  return token;
}

/**
 * Posts a JSON text. Redirects are not followed: they could lead the notice, and its token, to another host.
 * @returns what came back, for people
 * @throws SendError
 */
export async function postJson(
  { url, authorization }: Address,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([signal, deadline]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'agent-sessions-monitor',
        // Notices are rare: a kept connection would be a dead one by the next.
        connection: 'close',
        ...(authorization === null ? {} : { authorization }),
        ...headers,
      },
      body,
    });
    const words = wordsIn(await beginning(response), url);
    if (response.ok) return `HTTP ${response.status}`;
    throw refusal(response, words);
  } catch (error) {
    if (error instanceof SendError) throw error;
    if (deadline.aborted) throw new SendError(`no answer in ${deadlineMs / 1_000} s`);
    if (signal.aborted) throw new SendError('broken off');
    // The messages of fetch may hold the address.
    const cause = error instanceof Error ? codeOf(error.cause) : '';
    throw new SendError(`the receiver could not be reached (${cause || 'unknown'})`);
  }
}

function refusal({ status, headers }: Response, words: string): SendError {
  if (status >= 300 && status < 400) {
    return new SendError(`the receiver answered ${status}: the address leads elsewhere, which is not followed`);
  }
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const waitMs = seconds > 0 ? Math.min(seconds * 1_000, longestWaitMs) : null;
  return new SendError(`the receiver answered ${status}${words === '' ? '' : ` (${words})`}`, waitMs);
}

/** Reads the beginning of an answer, and breaks the rest off. */
async function beginning({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= answerBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, answerBytes).toString('utf8');
}

/**
 * Returns the receiver's reason where it is a few plain words, such as Slack's `no_service`. Anything else might repeat
 * the address.
 */
function wordsIn(answer: string, { pathname }: URL): string {
  const words = (/"(?:error|message)":\s*"([^"]*)"/.exec(answer)?.[1] ?? answer).trim();
  const secrets = pathname.split('/').filter((part) => part.length > 3);
  if (!/^[\w ,.']{1,80}$/.test(words) || secrets.some((part) => words.includes(part))) return '';
  return words;
}
