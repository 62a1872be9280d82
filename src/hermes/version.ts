/** Hermes' goal cards have one turn only before 0.19.0 (0.18.2 never enters its goal loop). @param text what `hermes --version` says */
export function isBeforeTurns(text: string): boolean {
  return /(?<![\d.])0\.(?:\d|1[0-8])\.\d/.test(text);
}
