/**
 * Decides whether the server holds the token, without telling it. Once the page has ended, another user of the machine
 * may take its port, and would show commands of his own to copy.
 */
export async function holdsToken(token: string, signal: AbortSignal): Promise<boolean> {
  const nonce = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const response = await fetch(`api/proof?nonce=${nonce}`, { signal, cache: 'no-store', credentials: 'omit' });
  return response.ok && (await response.text()) === (await proofOf(nonce, token));
}

async function proofOf(nonce: string, token: string): Promise<string> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const [secret, text] = [new TextEncoder().encode(token), new TextEncoder().encode(nonce)];
  const key = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign']);
  return base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, text)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
