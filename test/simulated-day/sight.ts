import type { SimulatedDay } from './simulated-day.ts';

/** Since when something has been so without a break, by the clock that is never set; `null`: it is not so. */
type Since = number | null;

/** What the monitor could see, and who could hear it. What it could not see it need not know. */
export class Sight {
  /** Nothing hides the truth from the monitor, and nothing keeps it from writing. */
  clear: Since = null;
  /** Nothing keeps it from its heartbeats either. */
  beats: Since = null;
  /** Every reader can be told. */
  heard: Since = null;

  note({ outages, human, monitor, clock }: Pick<SimulatedDay, 'outages' | 'human' | 'monitor' | 'clock'>): void {
    const { hidden, disk, board, broker, phone } = outages;
    const since = (is: boolean, former: Since): Since => (is ? (former ?? clock.elapsed) : null);
    this.clear = since(
      hidden === 'nothing' && disk === 'works' && !human.hasBroken && monitor.since !== null,
      this.clear,
    );
    this.beats = since(this.clear !== null && board === 'works', this.beats);
    this.heard = since(this.beats !== null && broker === 'works' && phone === 'works', this.heard);
  }
}
