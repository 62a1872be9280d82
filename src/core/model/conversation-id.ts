/** Returns the form by which ids are compared: without case, because macOS `uuidgen` prints capitals. */
export function idKey(id: string): string {
  return id.toLowerCase();
}

export function isSameId(one: string, other: string): boolean {
  return idKey(one) === idKey(other);
}

/**
 * Decides whether a word has the form of a conversation's id. An agent may be asked for a conversation by its title
 * instead.
 */
export function isId(word: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(word);
}
