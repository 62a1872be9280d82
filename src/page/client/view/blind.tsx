import type { PageData } from '../../page-data.ts';
import { momentOf } from '../words/when.ts';
import { Icon } from './icon.tsx';

interface BlindProps {
  readonly blind: PageData['blind'];
  readonly now: number;
}

/** What could not be asked, and what to do about it. */
export function Blind({ blind, now }: BlindProps) {
  if (blind.length === 0) return null;
  return (
    <section class="blind" aria-label="Blind sources">
      <h2>
        <Icon name="warning" /> Cannot be seen <span class="count">{blind.length}</span>
      </h2>
      <ul>
        {blind.map(({ source, since, reason, cure }) => (
          <li key={source}>
            <b>{source}</b> <span class="dim">since {momentOf(Date.parse(since), now)}</span>
            <span>{reason}</span>
            <span class="cure">{cure}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
