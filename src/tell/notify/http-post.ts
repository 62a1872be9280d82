import { codeOf } from '../../system/errno.ts';
import { readSecret, type Part } from './secret-file.ts';
import { SendError } from './notifier.ts';

/** A receiver must answer within this time; ms. */
const deadlineMs = 10_000;
/** More of an answer is not read; bytes. */
const answerBytes = 4_096;
/** A receiver may ask for a longer wait, but is not given it; ms. */
const longestWaitMs = 60 * 60_000;

const ofAddress = 'the file of the address';
const ofToken = 'the file of the token';

/** Where to send, and with which authorization. It holds secrets: never show it. */
export interface Address {
  readonly url: URL;
  readonly authorization: string | null;
  /** What an answer must not repeat to people. */
  readonly secrets: readonly string[];
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
  const text = url ?? (urlFile === null ? '' : addressIn(urlFile));
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new SendError('the address is none that begins with http:// or https://');
  }
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  const user = [username, password].map(decoded);
  const basic = user.join('') === '' ? null : `Basic ${Buffer.from(user.join(':')).toString('base64')}`;
  const token = tokenFile === null ? null : tokenIn(tokenFile);
  const parts = [...parsed.pathname.split('/'), ...parsed.searchParams.values()];
  const secrets = [...user, token ?? '', ...parts, ...parts.map(decoded)].filter((part) => part.length > 3);
  return { url: parsed, authorization: token === null ? basic : `Bearer ${token}`, secrets };
}

/**
 * Returns the parts of the settings for `doctor`, each as a send makes it.
 * @param more reads of the address what this notifier needs besides
 */
export function addressParts(
  { url, urlFile, tokenFile }: AddressSettings,
  more: (url: URL) => unknown = () => null,
): readonly Part[] {
  return [
    { path: urlFile, what: ofAddress, prepare: () => more(addressOf({ url, urlFile, tokenFile: null }).url) },
    { path: tokenFile, what: ofToken, prepare: () => tokenFile !== null && tokenIn(tokenFile) },
  ];
}

function addressIn(file: string): string {
  const address = readSecret(file, ofAddress);
  // `URL` leaves line breaks out, and would make one address of two.
  if (/[\r\n]/.test(address)) throw new SendError(`${ofAddress} holds more than one line`);
  return address;
}

/** Decodes a part of an address. @throws SendError: the system's error would end a test of the notifier as a defect */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new SendError('a % in the address does not begin two digits of a hexadecimal number');
  }
}

function tokenIn(file: string): string {
  const token = readSecret(file, ofToken);
  // Other characters cannot stand in a header, and fetch's error would repeat them.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new SendError(`${ofToken} holds more than one word`);
  return token;
}

/**
 * Posts a JSON text. Redirects are not followed: they could lead the notice, and its token, to another host.
 * @returns what came back, for people
 * @throws SendError
 */
export async function postJson(
  { url, authorization, secrets }: Address,
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
    if (response.ok) {
      // It has taken the notice: a body that never ends must not make it a failure, and the notice come again.
      response.body?.cancel().catch(() => undefined);
      return `HTTP ${response.status}`;
    }
    throw refusal(response, wordsIn(await beginning(response).catch(() => ''), secrets));
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
  const waitMs = waitIn(headers);
  const wanted = waitMs > 0 ? Math.min(waitMs, longestWaitMs) : null;
  return new SendError(`the receiver answered ${status}${words === '' ? '' : ` (${words})`}`, wanted);
}

/** Returns how long the receiver asks to wait, in seconds or until a time by its own clock; ms, 0 or NaN: it does not. */
function waitIn(headers: Headers): number {
  const wait = headers.get('retry-after') ?? '';
  const seconds = Number(wait);
  if (!Number.isNaN(seconds)) return seconds * 1_000;
  return Date.parse(wait) - Date.parse(headers.get('date') ?? new Date().toUTCString());
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
function wordsIn(answer: string, secrets: readonly string[]): string {
  const words = (/"(?:error|message)":\s*"([^"]*)"/.exec(answer)?.[1] ?? answer).trim();
  return /^[\w ,.']{1,80}$/.test(words) && !secrets.some((part) => words.includes(part)) ? words : '';
}
