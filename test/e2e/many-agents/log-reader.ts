import { existsSync, readFileSync } from 'node:fs';
import { openedBy } from '../../../src/log/event-drifts.ts';
import { readLines } from '../../../src/log/lines.ts';
import type { Event, LoggedDrift } from '../../../src/log/log.ts';

/** One drift from its opening to its end. Times are ms since 1970. */
export interface Life {
  readonly drift: LoggedDrift;
  readonly openedAt: number;
  readonly position: number;
  end: {
    readonly at: number;
    readonly because: 'repaired' | 'world' | 'human';
    readonly message: string | null;
  } | null;
}

/** All events of a registry's log, also those that a rotation has dropped since. */
export class LogReader {
  readonly #path: string;
  readonly #events = new Map<string, Event>();

  constructor(path: string) {
    this.#path = path;
  }

  read(): readonly Event[] {
    if (existsSync(this.#path)) {
      for (const line of readLines(readFileSync(this.#path)).lines) {
        const events = line.kind === 'event' ? [line.event] : line.events;
        // The position is counted here: a line of the file does not hold it.
        for (const event of events) {
          if (!this.#events.has(event.event)) this.#events.set(event.event, { ...event, position: this.#events.size });
        }
      }
    }
    return [...this.#events.values()];
  }

  lives(): readonly Life[] {
    const lives = new Map<string, Life>();
    const events = this.read();
    const opened = openedBy(events);
    for (const event of events) {
      for (const drift of opened(event)) {
        if (lives.has(drift.id)) continue;
        lives.set(drift.id, { drift, openedAt: Date.parse(event.at), position: event.position, end: null });
      }
      if (event.kind !== 'resolved') continue;
      const life = lives.get(event.id);
      if (life !== undefined) life.end ??= { at: Date.parse(event.at), because: event.because, message: event.message };
    }
    return [...lives.values()];
  }

  finished(): readonly Extract<Event, { kind: 'finished' }>[] {
    return this.read().filter((event) => event.kind === 'finished');
  }
}
