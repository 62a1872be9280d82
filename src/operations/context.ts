import type { Board, BoardName } from '../board/board.ts';
import type { HermesCommand } from '../hermes/hermes-command.ts';
import type { LogLevel, Settings } from '../config/settings.ts';
import type { Registry } from '../core/model/entry.ts';
import type { Observation, UnreachableServer } from '../core/model/observation.ts';
import type { Adoption, Plan } from '../core/model/plan.ts';
import type { ExitCode } from '../errors.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Log } from '../log/log.ts';
import type { RegistryFile } from '../registry/registry-file.ts';
import type { MonitorEnd } from '../watch/end-run.ts';
import type { ReconcileDocument } from '../pass/document.ts';
import type { MonitorFace, MonitorRequest } from '../watch/monitor.ts';
import type { PassMode } from '../pass/pass.ts';
import type { Trigger, Watched } from '../trigger/trigger.ts';
import type { Triggers } from '../trigger/triggers.ts';

export type { MonitorFace };

export interface PassReport {
  readonly document: ReconcileDocument;
  readonly plan: Plan;
  readonly registry: Registry;
  readonly observation: Observation;
  /** What triggers can watch of it. */
  readonly watched: Watched;
  /** How many changes it found. */
  readonly changes: number;
  /** This pass started the registry file. */
  readonly started: boolean;
  /** Moves the stdout reader's cursor: call it after the document was flushed. */
  commit(): Promise<void>;
  readonly exit: ExitCode;
}

/** Everything an operation may touch. Faces build it once; tests pass a fake. */
export interface Context {
  readonly settings: Settings;
  readonly version: string;
  /** ms since 1970. */
  now(): number;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /**
   * Looks, compares and, in mode `once`, repairs.
   * @throws RegistryError if the registry cannot be read or written.
   */
  pass(options: {
    readonly mode: Exclude<PassMode, 'loop'>;
    /** Whose news the document's `drifts` are: the shell's, from call to call (the default), or this process's own. */
    readonly reader?: 'shell' | 'process';
    /** Entries that belong to this place from now on. */
    readonly adopt?: Adoption | null;
  }): Promise<PassReport>;
  /** Passes until told to stop. @throws WatchedError, BoardError, RegistryError at the start only. */
  monitor(request: MonitorRequest, face: MonitorFace): Promise<MonitorEnd>;
  /** `hermes kanban …` on that board; `null`: the current one. */
  hermes(slug: string | null): HermesCommand;
  /** @throws WatchedError if a live monitor already watches this registry on this host. */
  assertNobodyWatches(): Promise<void>;
  /** Serves the tools on stdio until stdin ends. */
  serve(): Promise<void>;
  /** A board on which comments are a person's, and read for the stop phrase. */
  board(which: BoardName): Board;
  /** The card that `monitor` watches when none is named. */
  defaultCard(): string;
  /** Everything that makes us look before the poll would, and `others`; not started. */
  triggers(others?: readonly Trigger[]): Triggers;
  log(): Log;
  registryFile(): RegistryFile;
  jobs(): JobStore;
  /** The last lines of a pane's screen, cleaned by nobody: escape them before printing. */
  capture(socket: string, paneId: string, lines: number): Promise<string>;
  /** Living tmux servers of the user that cannot be asked from here. */
  unreachableServers(): readonly UnreachableServer[];
  readonly output: Output;
  /** The words that start this program again. */
  readonly program: readonly string[];
  /** How a monitor shows itself; `null`: one line on stderr. */
  readonly monitorFace: ((context: Context) => MonitorFace) | null;
}

export interface Output {
  /** Resolves once the text is flushed. Never rejects on EPIPE: then the reader has gone and that is calm. */
  stdout(text: string): Promise<void>;
  /** A line on stderr, where the settings ask for that level; its outside text is cleaned here. */
  readonly log: (level: LogLevel, line: string) => void;
  readonly stdoutIsTerminal: boolean;
  readonly color: boolean;
  readonly columns: number;
}

/** What a face gives to have its context opened; `makeContext` of `src/wire.ts` takes it. */
export interface ContextOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly program: readonly string[];
  readonly output: Output;
  readonly monitorFace: Context['monitorFace'];
}
