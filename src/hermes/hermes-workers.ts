import type { BoardWorkers, Card } from '../board/board.ts';
import { refused, type HermesCommand } from './hermes-command.ts';
import { isBeforeTurns } from './turns.ts';

/** The workers that Hermes' dispatcher starts for cards of its profiles. */
export class HermesWorkers implements BoardWorkers {
  readonly #hermes: HermesCommand;

  constructor(hermes: HermesCommand) {
    this.#hermes = hermes;
  }

  async startFor({ assignee }: Card, signal: AbortSignal): Promise<boolean> {
    if (assignee === null) return false;
    const { profilesIn } = await import('./kanban-answers.ts');
    const profiles = profilesIn((await this.#hermes.run(['assignees', '--json'], signal)).stdout);
    if (profiles === null) throw refused('Hermes did not say which profiles it has');
    return profiles.includes(assignee);
  }

  async haveOneTurn(signal: AbortSignal): Promise<boolean> {
    const version = await this.#hermes.version(signal);
    return version !== null && isBeforeTurns(version);
  }

  async endAt({ id, run, events }: Card, signal: AbortSignal): Promise<number | null> {
    const claimed = events.findLast(({ kind }) => kind === 'claimed');
    // Hermes ends only the workers that it spawned.
    if (typeof run?.pid !== 'number' || claimed === undefined) return null;
    const { stdout } = await this.#hermes.run(['context', '--', id], signal);
    const seconds = /^Max runtime: (\d+)s$/m.exec(stdout.split('\n\n')[1] ?? '')?.[1];
    return seconds === undefined ? null : claimed.createdAt + Number(seconds) * 1_000;
  }
}
