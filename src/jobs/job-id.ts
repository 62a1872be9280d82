/** Ids come from the registry and from command lines: only one that is a plain name is ever used as a file's. */
export function isJobId(id: string): boolean {
  return /^[A-Za-z0-9_][\w.:@+=-]{0,127}$/.test(id);
}

/** The first characters of what tells jobs apart, for people: of `job-3f2a9c1e-4b7d` it is `3f2a`. */
export function shortJobId(id: string): string {
  const parts = id.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  // Neither a word that all ids have, nor a date.
  const telling = parts.find((part) => /\d/.test(part) && !/^\d{6,}$/.test(part));
  return (telling ?? parts.at(-1) ?? id).slice(0, 4);
}
