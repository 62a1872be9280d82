/**
 * A string of one kind, which the compiler does not take for a string of another kind. At run time it is a string: the
 * brand costs nothing, and JSON does not show it. It is made where such an id is made or read from this program's own
 * files, and nowhere else.
 */
type Branded<Kind extends string> = string & { readonly [brand]: Kind };

declare const brand: unique symbol;

/** Names one entry, as a key of maps (`entryId`). */
export type EntryId = Branded<'EntryId'>;

/**
 * The path of a tmux server's socket, in the one spelling in which sockets are compared. It is not a word of the
 * registry (`tmux_socket`), but such a word without a certain path (`~bob/x`, `run/x`) means itself.
 */
export type SocketPath = Branded<'SocketPath'>;

/**
 * Names one session of one server process, `<socket>\0<server pid>\0<server start>\0<session id>` (`incarnationOf`):
 * `$0` begins again with each server.
 */
export type Incarnation = Branded<'Incarnation'>;

/** The public id of a drift (`driftIdOf`), not its canonical key. */
export type DriftId = Branded<'DriftId'>;

/** Returns the pairs of a record, whose keys keep their kind. */
export function pairsOf<Key extends string, Value>(
  record: Readonly<Record<Key, Value>>,
): readonly (readonly [Key, Value])[];
export function pairsOf(record: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(record);
}
