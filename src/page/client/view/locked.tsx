import type { Link } from '../link/follow.ts';
import { Copy } from './copy.tsx';

/** Nothing can be shown without the key: says where it is. */
export function Locked({ link }: { readonly link: Extract<Link, { kind: 'locked' }> }) {
  return (
    <main class="alone">
      <h1>agent sessions</h1>
      <p>
        {link.why === 'no token'
          ? 'This address lacks its key: the part behind #. Only you may read your sessions, so the page shows nothing without it.'
          : 'The server was started anew, and the key of this address no longer fits.'}
      </p>
      <p>Open the page with</p>
      <Copy text="asm page --open" what="the command" shows />
      <p>or use the whole address that stands in the file page.url of the registry's state folder.</p>
    </main>
  );
}
