/** Something that the system has run out of: neither the file nor the program that was asked for is to blame. */
interface Shortage {
  readonly reason: string;
  readonly cure: string;
}

/** Returns what is short by the code of the system's error; `null`: the error has another cause. */
export function shortageOf(code: string): Shortage | null {
  return shortages.get(code) ?? null;
}

const shortages: ReadonlyMap<string, Shortage> = new Map([
  [
    'EMFILE',
    { reason: 'this process has too many files open', cure: 'raise its limit (ulimit -n) and start it again' },
  ],
  ['ENFILE', { reason: 'this machine has too many files open', cure: 'end what holds them, or raise fs.file-max' }],
  [
    'EAGAIN',
    { reason: 'no process can be started', cure: 'end processes of this user, or raise their limit (ulimit -u)' },
  ],
  ['ENOMEM', { reason: 'no memory is left', cure: 'end what takes the memory' }],
]);
