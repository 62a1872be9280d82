import type { Log } from '../../src/log/log.ts';
import type { StateHistory } from '../../src/log/state-history.ts';
import { cannotWrite } from '../../src/registry/cannot-write.ts';
import type { RegistryFile } from '../../src/registry/registry-file.ts';
import { diskFull, type Outages } from './outages.ts';

/** The log on a disk that may be full: a position may also fail to be kept after its news was told. */
export function logOn(outages: Outages, log: Log): Log {
  return {
    append: (events) => outages.write('log.jsonl', () => log.append(events)),
    read: (position) => log.read(position),
    ledger: () => log.ledger(),
    idOf: (key, ledger) => log.idOf(key, ledger),
    unsettled: () => log.unsettled(),
    cursor: (reader) => log.cursor(reader),
    withCursor: (reader, deliver) =>
      outages.write(reader, () =>
        log.withCursor(reader, async (cursor) => {
          const next = await deliver(cursor);
          if (next === null || !outages.writeFails) return next;
          outages.excuses += 1;
          throw diskFull(reader);
        }),
      ),
    rotate: () => outages.write('log.1.jsonl', () => log.rotate()),
  };
}

/** @param beforeWrite called before a text is compared and replaced: the last moment for a person to save another one */
export function registryOn(outages: Outages, file: RegistryFile, beforeWrite: () => void): RegistryFile {
  const { path } = file;
  const full = () => cannotWrite(path, `${path}.lock`, diskFull(path));
  return {
    ...file,
    underLock: async (work, signal) => {
      if (outages.writeFails) throw full();
      beforeWrite();
      return file.underLock((held) => {
        const swap: typeof held.swap = (expected, prepared) => {
          if (outages.writeFails) throw full();
          return held.swap(expected, prepared);
        };
        return work({ read: held.read, swap });
      }, signal);
    },
  };
}

export function historyOn(outages: Outages, history: StateHistory): StateHistory {
  return {
    append: (lines) => outages.write('states', () => history.append(lines)),
    beat: () => outages.write('states', () => history.beat()),
    prune: (before) => outages.write('states', () => history.prune(before)),
    isThere: () => history.isThere(),
    read: (since) => history.read(since),
    changesSince: (since) => history.changesSince(since),
    endOf: (entries) => history.endOf(entries),
    readOn: (mark, take) => history.readOn(mark, take),
    watchedUntil: () => history.watchedUntil(),
    lastSign: () => history.lastSign(),
  };
}
