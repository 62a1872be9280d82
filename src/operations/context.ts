import type { Readable } from 'node:stream';
import type { Board, BoardName } from '../board/board.ts';
import type { HermesCommand } from '../hermes/hermes-command.ts';
import type { LogLevel, Settings } from '../config/settings.ts';
import type { Edit } from '../core/model/drift.ts';
import type { Registry } from '../core/model/entry.ts';
import type { Observation, UnreachableServer } from '../core/model/observation.ts';
import type { Adoption, Plan, PlanInput } from '../core/model/plan.ts';
import type { ExitCode } from '../errors.ts';
import type { JobStore } from '../jobs/store.ts';
import type { LastAsked } from '../log/last-asked.ts';
import type { Log } from '../log/log.ts';
import type { StateHistory } from '../log/state-history.ts';
import type { RegistryFile } from '../registry/registry-file.ts';
import type { MonitorEnd } from '../watch/end-run.ts';
import type { ReconcileDocument } from '../pass/document.ts';
import type { MonitorListener, MonitorRequest } from '../watch/monitor.ts';
import type { PassMode } from '../pass/pass.ts';
import type { OpenScreen } from './screen.ts';
import type { Overview } from './sessions/overview.ts';
import type { Trigger, Watched } from '../trigger/trigger.ts';
import type { Triggers } from '../trigger/triggers.ts';

export type { MonitorListener };

export interface PassReport {
  readonly document: ReconcileDocument;
  readonly plan: Plan;
  /** All edits that the pass wrote, or would write: those of its drifts, and the silent ones. */
  readonly edits: readonly Edit[];
  /** What the plan was made from. */
  readonly input: PlanInput;
  readonly registry: Registry;
  readonly observation: Observation;
  /** What triggers can watch after this pass. */
  readonly watched: Watched;
  /** How many changes the pass found. */
  readonly changes: number;
  /** This pass started the registry file. */
  readonly started: boolean;
  /** Moves the stdout reader's cursor: call it after the document was flushed. */
  commit(): Promise<void>;
  readonly exit: ExitCode;
}

/** Everything an operation may touch. Each interface builds it once; tests pass a fake. */
export interface Context {
  readonly settings: Settings;
  readonly version: string;
  /** ms since 1970. */
  now(): number;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /**
   * Makes a pass; it repairs only in mode `once`.
   * @throws RegistryError if the registry cannot be read or written
   */
  pass(options: {
    readonly mode: Exclude<PassMode, 'loop'>;
    /**
     * The reader whose news the document's `drifts` are: the shell, from call to call (the default), or this process.
     */
    readonly reader?: 'shell' | 'process';
    /** Entries that belong to this place from now on. */
    readonly adopt?: Adoption | null;
  }): Promise<PassReport>;
  /**
   * Asks the monitor of this registry what it sees; `null`: none runs, or it does not answer in time, and a pass of one's
   * own must look. It never throws.
   */
  askMonitor(): Promise<Overview | null>;
  /**
   * Watches until it is told to stop.
   * @throws WatchedError, BoardError, RegistryError at the start only
   */
  monitor(
    request: MonitorRequest,
    listener: MonitorListener,
    options?: { readonly page: boolean },
  ): Promise<MonitorEnd>;
  /** Returns `hermes kanban …` on that board; `null`: on the current one. */
  hermes(slug: string | null): HermesCommand;
  /**
   * Throws if another monitor watches this registry on this host.
   * @throws WatchedError
   */
  assertNotWatched(): Promise<void>;
  /** Returns the living monitor of this registry on this host; `null`: there is none. */
  watcher(): Promise<Watcher | null>;
  /**
   * Serves the local page.
   * @throws UsageError if the port that the user named cannot be had
   */
  page(request: PageRequest): Promise<ServedPage>;
  /** Serves the tools on stdio until stdin ends. */
  serve(): Promise<void>;
  /** Opens a board on which comments are a person's, and are read for the stop phrase. */
  board(which: BoardName): Board;
  /** Returns the card that `monitor` watches when none is named. */
  defaultCard(): string;
  /** Makes all triggers, with `others`; they are not started. */
  triggers(others?: readonly Trigger[]): Triggers;
  log(): Log;
  stateHistory(): StateHistory;
  /** The registry's own folder in the state folder. */
  readonly registryStateDir: string;
  /** When this user last asked for a digest. */
  lastAsked(): LastAsked;
  registryFile(): RegistryFile;
  jobs(): JobStore;
  /** Returns the last lines of a pane's screen, not cleaned: escape them before printing. */
  capture(socket: string, paneId: string, lines: number): Promise<string>;
  /** Returns living tmux servers of the user that cannot be asked from here. */
  unreachableServers(): readonly UnreachableServer[];
  readonly output: Output;
  /** What the caller hands over, for an operation that reads it. */
  readonly stdin: Readable;
  /** The words that start this program again. */
  readonly program: readonly string[];
  /** Makes the interface of a monitor; `null`: one line on stderr. */
  readonly monitorListener: ((context: Context) => MonitorListener) | null;
  /** Opens the user's terminal to show a page in place; `null`: there is none, or it cannot do that. */
  readonly screen: OpenScreen | null;
}

/** A monitor that runs. */
export interface Watcher {
  readonly pid: number;
  /** ms since 1970. */
  readonly since: number;
  readonly board: BoardName;
  readonly card: string;
  /** The config that it read at its start; absent where an older version watches. */
  readonly config?: Settings['configText'] | undefined;
}

export interface PageRequest {
  /** The port that the user named, 0 for any; `null`: as the settings say. */
  readonly port: number | null;
  /** Other hosts whose sessions it shows too, beside those of the broker; `null`: none. */
  readonly ssh: SshAsk | null;
}

/** Which hosts are asked over ssh, and how. */
export interface SshAsk {
  /** As `ssh` takes them: names of its config, or `user@host`. */
  readonly hosts: readonly string[];
  /** The command line of this program there; the shell of the host reads it. */
  readonly remote: string;
  /** The file that `ssh` reads in place of its own config; `null`: its own. */
  readonly config: string | null;
}

/** The local page while it is there. */
export interface ServedPage {
  /** Its address, with the token. */
  readonly url: string;
  readonly port: number;
  /** The process that serves it. */
  readonly pid: number;
  /** Another process of this registry serves it: there is one page, and `close` leaves it. */
  readonly isOthers: boolean;
  /** Opens it in the user's browser; returns why it did not, `null`: it did, as far as that is told. */
  open(): Promise<string | null>;
  close(): Promise<void>;
}

export interface Output {
  /** Writes on stdout; resolves once the text is flushed. It never rejects on EPIPE: a reader may end early. */
  stdout(text: string): Promise<void>;
  /** Writes a line on stderr if the settings ask for that level; outside text in it is cleaned here. */
  readonly log: (level: LogLevel, line: string) => void;
  readonly stdoutIsTerminal: boolean;
  readonly color: boolean;
  readonly columns: number;
}

/** What an interface gives to `makeContext` (`src/wire.ts`) to open its context. */
export interface ContextOptions {
  readonly settings: Settings;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly program: readonly string[];
  readonly output: Output;
  readonly stdin: Readable;
  /** The monitor was asked already, and does not answer. */
  readonly hasAsked?: boolean;
  readonly monitorListener: Context['monitorListener'];
  readonly screen: Context['screen'];
}
