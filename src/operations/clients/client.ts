/** One MCP host, as data: how its user adds the server, and where the entry stands then. */
export interface Client {
  /** What `--client` calls it. */
  readonly name: string;
  readonly title: string;
  readonly file: ClientFile;
  /** The host's own command; `null`: it has none. */
  readonly own: OwnCommand | null;
  /** Matches what the host replaces in an entry by a variable's value, without a way to escape it; absent: nothing. */
  readonly replaces?: RegExp;
  /** How this program's tests check it: they go by this list, and `docs/hosts.md` says it. */
  readonly tested: readonly [Tested, ...Tested[]];
}

export type Tested =
  /** The program itself, offline: added, seen, called, taken out. */
  | { readonly kind: 'program'; readonly version: string }
  /** File and form against the oracle, which calls the host `id`. */
  | { readonly kind: 'schema'; readonly id: string }
  /** Its bundle (MCPB) packed, unpacked and started. */
  | { readonly kind: 'bundle' }
  /** The form alone, by its documentation. */
  | { readonly kind: 'documentation' };

/** Where a host keeps its MCP servers, and how an entry looks there. */
export interface ClientFile {
  /** The file to which the host adds a server. */
  path(place: Place): string;
  /** The files in its folder that the host reads, and the first with a server wins; absent: that one alone. */
  readonly names?: readonly string[];
  readonly format: 'json' | 'toml' | 'yaml';
  /** The key below which the entries stand. */
  readonly key: string;
  readonly form: EntryForm;
  /** What an entry has beside the command; it raises the host's limit of one call, where the form can. */
  readonly more: Readonly<Record<string, unknown>>;
  /** How long one call of `wait_for_drift` may take with such an entry; s. */
  readonly waitSeconds: number;
}

/** The host's program, and the words that it takes. */
export interface OwnCommand {
  readonly program: string;
  /** The host is a program of windows, and starts its servers also where this command is not on the PATH. */
  readonly isOptional?: true;
  add(server: string, start: ServerStart): readonly string[];
  /** Returns the words that take a server out; `null`: it has no such command. */
  readonly remove: ((server: string) => readonly string[]) | null;
  /** What ends the value of a variable in those words; absent: nothing. */
  readonly cutsAt?: string;
  /** How long one call of `wait_for_drift` may take with the entry that it writes; s. */
  readonly waitSeconds: number;
  /** How the host is asked whether it sees the server; `null`: it cannot tell. */
  readonly sees: Sees | null;
}

export type Sees =
  /** It prints the server, and `connected` matches if it could start it. */
  | {
      readonly kind: 'printed';
      words(server: string): readonly string[];
      readonly connected: RegExp;
      readonly env?: Readonly<Record<string, string>>;
    }
  /** It answers on stdin and stdout, as Codex' app server does. */
  | { readonly kind: 'app-server'; readonly words: readonly string[] };

/** The MCP server as a host starts it. */
export interface ServerStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What decides where a host's files are. */
export interface Place {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** How hosts write a command: each form both ways. */
export interface EntryForm {
  write(start: ServerStart): Readonly<Record<string, unknown>>;
  /** Returns `null` for what is no entry that starts a program. */
  read(entry: Readonly<Record<string, unknown>>): ServerStart | null;
}
