import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { reporterIn } from '../../core/model/report.ts';
import { clean } from '../../core/words/text.ts';
import { ifReadable, namesOrNone } from '../../system/if-readable.ts';
import { isOwnFolder } from '../../system/own-folder.ts';
import { isAlive } from '../../system/process-identity.ts';
import { sweepTemporaries, tryUnlink } from '../../system/replace-file.ts';
import { isOfThisPlace, readReport, reportsFolder } from './reports.ts';

/** Passes follow each other within a second at times; the folder need not be read for each; ms. */
const everyMs = 30_000;
/** So many files are looked at in one sweep (0.3 s); what is left is the next one's. */
const atMost = 10_000;
/** The report of another host or container stays so long: its process cannot be asked from here; ms. */
const othersStayMs = 30 * 24 * 60 * 60_000;
/** More files between two sweeps are a flood: no host has so many agents. */
const manyFiles = 2_000;
/** A flood is told once in so long; ms. */
const tellEveryMs = 60 * 60_000;

interface SweeperOptions {
  /** The state folder of all registries. */
  readonly stateDir: string;
  /** ms since 1970. */
  readonly now: () => number;
  /** Takes the line of a flood, for people. */
  readonly warn: (line: string) => void;
}

/** Makes the function that sweeps, unless that was done just before. */
export function reportsSweeper(options: SweeperOptions): () => void {
  const sweeper = new ReportsSweeper(options);
  return () => sweeper.sweep();
}

/**
 * Removes the reports of processes that have ended, so that the folder does not grow, and says in one line how many
 * files were no reports. A file of another name is left alone.
 */
class ReportsSweeper {
  readonly #options: SweeperOptions;
  readonly #folder: string;
  #sweptAt = -Infinity;
  #toldAt = -Infinity;
  #untold = 0;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#folder = join(options.stateDir, reportsFolder);
  }

  sweep(): void {
    const [folder, at] = [this.#folder, this.#options.now()];
    if (Math.abs(at - this.#sweptAt) < everyMs) return;
    this.#sweptAt = at;
    // The hook and `asm report` make it so. In any other folder the user may keep files of his own.
    if (!isOwnFolder(folder)) return;
    const all = namesOrNone(folder);
    const left = all.filter((name) => isOfEndedProcess(name));
    const refused = left.slice(0, atMost).filter((name) => sweepOne(join(folder, name), at) === 'was none').length;
    sweepTemporaries(folder);
    // The lock of a killed writer.
    for (const name of all) if (isOfEndedProcess(unlocked(name))) ifReadable(() => rmdirSync(join(folder, name)));
    this.#untold += left.length > manyFiles ? Math.min(left.length, atMost) : refused;
    this.#tell(at);
  }

  #tell(at: number): void {
    if (this.#untold === 0 || Math.abs(at - this.#toldAt) < tellEveryMs) return;
    const files = this.#untold === 1 ? '1 file was no report' : `${this.#untold} files were no reports`;
    const where = clean(this.#folder);
    this.#options.warn(`${files} of your agents, and nothing followed from them; see what writes into ${where}`);
    this.#toldAt = at;
    this.#untold = 0;
  }
}

function isOfEndedProcess(name: string): boolean {
  const reporter = reporterIn(name);
  return reporter !== null && isStart(reporter.start) && !isAlive(reporter);
}

/** Returns the name of the file to which a lock belongs; empty: it is no lock. */
function unlocked(name: string): string {
  return name.endsWith('.lock') ? name.slice(0, -'.lock'.length) : '';
}

/** Decides whether a process's start is written so: on Linux it is a number, elsewhere a date. */
function isStart(start: string): boolean {
  return process.platform === 'linux' ? /^\d+$/.test(start) : start !== '';
}

/** Removes what stands under the name of an ended process; a folder stays. */
function sweepOne(path: string, now: number): 'was none' | 'report' | 'stays' {
  const found = readReport(path);
  if (found.kind === 'report' && !isOfThisPlace(found.fields) && now - found.at < othersStayMs) return 'stays';
  tryUnlink(path);
  if (found.kind === 'report') return 'report';
  return readReport(path).kind === 'absent' ? 'was none' : 'stays';
}
