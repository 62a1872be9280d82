import type { PageSession } from '../../page-data.ts';
import { spans, type Hours } from '../link/hub.ts';
import { groups, type Group } from '../../../core/model/group.ts';
import { groupWord } from '../../../core/words/counts.ts';

interface ToolbarProps {
  readonly found: readonly PageSession[];
  readonly shown: Group | null;
  readonly onShown: (group: Group | null) => void;
  readonly hours: Hours;
  readonly onHours: (hours: Hours) => void;
}

const titles: Readonly<Record<Hours, string>> = { 1: '1 h', 6: '6 h', 24: '24 h', 168: '7 d' };

/** Counts the sessions by how they stand; a count is also a filter. Chooses the span of the timeline. */
export function Toolbar({ found, shown, onShown, hours, onHours }: ToolbarProps) {
  return (
    <div class="toolbar">
      <div class="chips" role="group" aria-label="Show sessions">
        <Chip name="all" word="all" count={found.length} isOn={shown === null} onClick={() => onShown(null)} />
        {groups.map((name) => {
          const count = found.filter((one) => one.group === name).length;
          const isOn = shown === name;
          // That no session needs the user is an answer; that none is unknown is none.
          if (count === 0 && !isOn && name !== 'needs-you') return null;
          return (
            <Chip
              key={name}
              name={name}
              word={groupWord(name, count)}
              count={count}
              isOn={isOn}
              onClick={() => onShown(isOn ? null : name)}
            />
          );
        })}
      </div>
      <div class="spans" role="group" aria-label="Span of the timeline">
        {spans.map((one) => (
          <button key={one} type="button" aria-pressed={one === hours} onClick={() => onHours(one)}>
            {titles[one]}
          </button>
        ))}
      </div>
    </div>
  );
}

interface ChipProps {
  readonly name: Group | 'all';
  readonly word: string;
  readonly count: number;
  readonly isOn: boolean;
  readonly onClick: () => void;
}

function Chip({ name, word, count, isOn, onClick }: ChipProps) {
  return (
    <button type="button" class="chip" data-group={name} data-empty={count === 0} aria-pressed={isOn} onClick={onClick}>
      <b>{count}</b> {word}
    </button>
  );
}
