import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a request may ask for. */
export type Asked =
  /** A file of the page itself, which holds no data. */
  | { readonly kind: 'shell'; readonly file: ShellFile }
  /** A proof that this server holds the token. */
  | { readonly kind: 'proof'; readonly nonce: string }
  | { readonly kind: 'stream' }
  | { readonly kind: 'timeline'; readonly hours: number }
  | { readonly kind: 'comment' };

export type ShellFile = 'index.html' | 'page.js' | 'page.css' | 'icon.svg';

/** A request that is not answered; `why` is for people and names nothing of this machine. */
export interface Refused {
  readonly kind: 'refused';
  readonly status: number;
  readonly why: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Gate {
  readonly port: number;
  /** The secret of this start: 256 bits as text. */
  readonly token: string;
}

/** What the guard reads of a request. */
export type Request = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>;

/**
 * Decides what a request asks for, or why it is refused. Other websites, other names of this address (DNS rebinding)
 * and other users of this machine are kept out; without the token there are only the files of the page itself, and the
 * proof by which the page knows its server.
 */
export function guard(request: Request, gate: Gate): Asked | Refused {
  const host = request.headers.host?.toLowerCase() ?? '';
  if (times(request, 'host') !== 1 || !hostsOf(gate).includes(host))
    return refused(421, 'this is no address of the page');
  const [path = '', query] = splitAt(request.url ?? '', '?');
  const route = routes.get(path);
  const foreign = foreignness(request, host, route?.isDocument === true);
  if (foreign !== null) return refused(403, foreign);
  // Node would answer an expectation by itself, before anything is checked.
  if (request.headers.expect !== undefined) return refused(417, 'send it without an expectation');
  if (!path.startsWith('/')) return refused(400, 'expected a path');
  if (route === undefined) return refused(404, 'there is nothing here');
  if (!route.methods.includes(request.method ?? '')) {
    return { ...refused(405, 'it takes another method'), headers: { Allow: route.methods.join(', ') } };
  }
  if (route.needsToken && !holdsToken(request, gate)) {
    const why = 'the key is wrong or missing: open the page by its present address';
    return { ...refused(401, why), headers: { 'WWW-Authenticate': 'Bearer' } };
  }
  return route.ask(query) ?? refused(400, 'expected another query');
}

interface Route {
  readonly methods: readonly string[];
  readonly needsToken: boolean;
  /** A link of another site, and a file of this machine, may lead there. */
  readonly isDocument?: true;
  /** Returns what it asks for; `null`: the query is wrong. @param query `undefined`: there is none */
  readonly ask: (query: string | undefined) => Asked | null;
}

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/', { ...shell('index.html'), isDocument: true }],
  ['/page.js', shell('page.js')],
  ['/page.css', shell('page.css')],
  ['/icon.svg', shell('icon.svg')],
  ['/api/proof', { methods: ['GET'], needsToken: false, ask: proofOf }],
  ['/api/stream', { methods: ['GET'], needsToken: true, ask: withoutQuery({ kind: 'stream' }) }],
  ['/api/timeline', { methods: ['GET'], needsToken: true, ask: timelineOf }],
  ['/api/comment', { methods: ['POST'], needsToken: true, ask: withoutQuery({ kind: 'comment' }) }],
]);

function shell(file: ShellFile): Route {
  return { methods: ['GET', 'HEAD'], needsToken: false, ask: withoutQuery({ kind: 'shell', file }) };
}

/** Refuses any query: a token there would stand in histories and logs. */
function withoutQuery(asked: Asked): Route['ask'] {
  return (query) => (query === undefined ? asked : null);
}

function proofOf(query: string | undefined): Asked | null {
  const nonce = /^nonce=([\w-]{43})$/.exec(query ?? '')?.[1];
  return nonce === undefined ? null : { kind: 'proof', nonce };
}

function timelineOf(query: string | undefined): Asked | null {
  const hours = [1, 6, 24, 168].find((each) => query === `hours=${each}`);
  return hours === undefined ? null : { kind: 'timeline', hours };
}

/** A browser leaves the usual port of the protocol out. */
function hostsOf({ port }: Gate): readonly string[] {
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => (port === 80 ? name : `${name}:${port}`));
}

/** Says why a request comes from elsewhere than the page; `null`: it does not, or does not say. */
function foreignness({ headers }: Request, host: string, isDocument: boolean): string | null {
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return 'another site asks';
  if (site === undefined || site === 'same-origin' || site === 'none') return null;
  // `same-site` too is another program: all ports of this machine are one site.
  return isDocument && mode === 'navigate' && dest === 'document' ? null : 'another site asks';
}

function holdsToken(request: Request, { token }: Gate): boolean {
  const given = /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const [mine, theirs] = [Buffer.from(token), Buffer.from(given)];
  return times(request, 'authorization') === 1 && mine.length === theirs.length && timingSafeEqual(mine, theirs);
}

/** Counts a header: Node keeps one of several. */
function times({ rawHeaders }: Request, header: string): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === header).length;
}

function splitAt(text: string, mark: string): readonly [string, string?] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function refused(status: number, why: string): Refused {
  return { kind: 'refused', status, why };
}
