import { someOf } from '../../../core/words/some-of.ts';
import type { PageData } from '../../page-data.ts';
import type { Link } from '../link/follow.ts';
import { momentOf } from '../words/when.ts';
import { Copy } from './copy.tsx';
import { Icon } from './icon.tsx';

interface BannersProps {
  readonly data: PageData;
  readonly link: Link;
  readonly now: number;
}

/** Returns how many banners stand there: what sticks below the head of the page begins after them. */
export function bannersIn({ data, link }: Omit<BannersProps, 'now'>): number {
  const isJoined = link.kind === 'live' || link.kind === 'connecting';
  return [!isJoined, data.failure !== null, data.watch.kind === 'none', data.unregistered.length > 0].filter(Boolean)
    .length;
}

/** What a reader must know before believing what stands below. */
export function Banners({ data, link, now }: BannersProps) {
  return (
    <div class="banners">
      <LinkBanner link={link} now={now} />
      {data.failure !== null && (
        <p class="banner bad" role="alert">
          <Icon name="warning" />
          <span>
            <b>The last look failed:</b> {data.failure}. What you see is from {momentOf(data.at, now)}.
          </span>
        </p>
      )}
      {data.watch.kind === 'none' && (
        <p class="banner note">
          <Icon name="info" />
          <span>No monitor runs: this page only looks. Start one with</span>
          <Copy text="asm monitor" what="the command" shows />
        </p>
      )}
      {data.unregistered.length > 0 && (
        <p class="banner note" data-banner="unregistered">
          <Icon name="info" />
          <span>Not in the registry yet: {someOf(data.unregistered, 3)}. To register them:</span>
          <Copy text="asm reconcile" what="the command to register them" shows />
        </p>
      )}
    </div>
  );
}

function LinkBanner({ link, now }: { readonly link: Link; readonly now: number }) {
  switch (link.kind) {
    case 'live':
    case 'connecting':
      return null;
    case 'lost':
      return (
        <p class="banner bad" role="alert" data-banner="lost">
          <Icon name="warning" />
          <span>
            <b>Not live:</b> {link.why}. What you see is old, last heard at {momentOf(link.since, now)}. It is tried
            again.
          </span>
        </p>
      );
    case 'ended':
      return (
        <p class="banner bad" role="alert" data-banner="ended">
          <Icon name="warning" />
          <span>
            <b>The page's server has ended.</b> What you see is old. Start it again and open the page with
          </span>
          <Copy text="asm page --open" what="the command" shows />
        </p>
      );
    case 'locked':
      return (
        <p class="banner bad" role="alert" data-banner="locked">
          <Icon name="warning" />
          <span>
            <b>The server was started anew, and this tab's key no longer fits.</b> What you see is old. Open the page
            again with
          </span>
          <Copy text="asm page --open" what="the command" shows />
          <span>or the address in the file page.url of the registry's state folder.</span>
        </p>
      );
  }
}
