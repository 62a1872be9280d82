import { useState } from 'preact/hooks';
import type { PageCard } from '../../page-data.ts';
import type { Hub } from '../link/hub.ts';
import type { Find } from '../words/find.ts';
import { momentOf } from '../words/when.ts';

interface CardProps {
  readonly hub: Hub;
  readonly card: PageCard | null;
  readonly find: Find;
  readonly now: number;
}

/** The card of the run, newest comment first. */
export function Card({ hub, card, find, now }: CardProps) {
  if (card === null) return <p class="nothing">No card is watched.</p>;
  const found = card.comments.filter(({ author, body }) => find(author, body));
  return (
    <>
      <div class="card-head">
        <h3>{card.title}</h3>
        <p>
          <span class="kind">{card.status}</span> <code>{card.id}</code>
        </p>
      </div>
      {card.mayComment && <CommentBox hub={hub} />}
      <ol class="comments">
        {found.toReversed().map(({ id, author, body, created_at: at }) => (
          <li key={id}>
            <div class="event-head">
              <time dateTime={at} title={at}>
                {momentOf(Date.parse(at), now)}
              </time>
              <span class="author">{author}</span>
            </div>
            <p>{body}</p>
          </li>
        ))}
      </ol>
      {found.length === 0 && (
        <p class="nothing">{card.comments.length === 0 ? 'No comment yet.' : 'No comment fits.'}</p>
      )}
    </>
  );
}

function CommentBox({ hub }: { readonly hub: Hub }) {
  const [text, setText] = useState('');
  const [state, setState] = useState<{ readonly kind: 'ready' | 'sending' | 'sent' } | { kind: 'failed'; why: string }>(
    {
      kind: 'ready',
    },
  );
  const send = async () => {
    if (text.trim() === '' || state.kind === 'sending') return;
    setState({ kind: 'sending' });
    try {
      await hub.comment(text);
      setText('');
      setState({ kind: 'sent' });
    } catch (error) {
      setState({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <form
      class="comment-box"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label>
        <span class="hidden">Comment on the card</span>
        <textarea
          rows={2}
          placeholder="Comment on the card"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
          }}
        />
      </label>
      <div>
        <span role="status" class={state.kind === 'failed' ? 'bad' : 'dim'}>
          {state.kind === 'failed' ? `Not sent: ${state.why}` : state.kind === 'sent' ? 'Sent' : ''}
        </span>
        <button type="submit" disabled={text.trim() === '' || state.kind === 'sending'}>
          Comment
        </button>
      </div>
    </form>
  );
}
