import { useState } from 'preact/hooks';
import type { PageData } from '../../page-data.ts';
import { finder, findsEvent, type Find } from '../words/find.ts';
import { EventItem } from './event-item.tsx';

interface LogProps {
  readonly events: PageData['events'];
  readonly find: Find;
  readonly now: number;
}

/** So many are drawn at first. */
const page = 60;

/** The events, newest first, by kind, session and text. */
export function Log({ events, find, now }: LogProps) {
  const [kind, setKind] = useState('');
  const [session, setSession] = useState('');
  const [text, setText] = useState('');
  const [most, setMost] = useState(page);
  const findText = finder(text);
  const found = events.filter(
    (one) =>
      (kind === '' || (one.kind ?? one.what) === kind) &&
      (session === '' || one.sessions.includes(session)) &&
      findsEvent(find, one) &&
      findsEvent(findText, one),
  );
  const kinds = events.map((one) => one.kind ?? one.what);
  return (
    <>
      <div class="filters">
        <Choice label="Kind" all="all kinds" values={kinds} value={kind} onValue={setKind} />
        <Choice
          label="Session"
          all="all sessions"
          values={events.flatMap(({ sessions }) => sessions)}
          value={session}
          onValue={setSession}
        />
        <label>
          <span class="hidden">Text in the log</span>
          <input
            type="search"
            placeholder="Text"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      </div>
      <ol class="events">
        {found
          .slice(-most)
          .toReversed()
          .map((event) => (
            <EventItem key={event.event} event={event} now={now} />
          ))}
      </ol>
      {found.length === 0 && (
        <p class="nothing">{events.length === 0 ? 'Nothing has happened yet.' : 'No event fits.'}</p>
      )}
      {found.length > most && (
        <button type="button" class="more" onClick={() => setMost(most + page)}>
          {found.length - most} older
        </button>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly values: readonly string[];
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function Choice({ label, all, values, value, onValue }: ChoiceProps) {
  // A chosen value stays in the list even where its last event has left.
  const choices = [...new Set([...values, value])].filter((one) => one !== '').toSorted();
  return (
    <label>
      <span class="hidden">{label}</span>
      <select value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        <option value="">{all}</option>
        {choices.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}
