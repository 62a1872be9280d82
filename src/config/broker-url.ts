/** The form of an address, for people. A wrong address is never repeated: it may hold a password. */
export const brokerUrlExpected =
  'expected mqtt://user:password@host:port or mqtts://…, with %23 for a # in the password, %2F for /, %3F for ?, %40 for @, %25 for %';

/** Matches an address (RFC 3986, 3.2.1). Some characters mean something else in a URL than in a password. */
const address = /^mqtts?:\/\/(?:((?:[^\p{Cc}/?#@%]|%[0-9a-f]{2})*)@)?[^\p{Cc}/?#@%]+\/?$/iu;

/**
 * Decides whether the text names a broker and nothing else. A URL with a path, a query or a fragment is refused: a `/`,
 * `?` or `#` in the password would cut the address, and a piece of the password would count as the host.
 */
export function isBrokerUrl(text: string): boolean {
  const parts = address.exec(text);
  if (parts === null || !URL.canParse(text) || new URL(text).hostname === '') return false;
  return isDecodable(parts[1] ?? '');
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
