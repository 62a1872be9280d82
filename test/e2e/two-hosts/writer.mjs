// Writes into a registry and its log as often as it is told, as a process of one host among several.
const [library, path, stateDir, place, count] = process.argv.slice(2);
const { agentFacts, FileLog, makeRegistryFile } = await import(library);

const log = new FileLog({ dir: stateDir, registryPath: path, place, now: Date.now, warn: console.error });
const file = makeRegistryFile({
  path,
  lockPath: `${path}.lock`,
  stateDir,
  cacheDir: `${stateDir}-cache-${place}`,
  agents: agentFacts,
  now: Date.now,
  wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  signal: new AbortController().signal,
  isShared: () => log.isShared(),
});
const known = { knowsEntries: true, registered: new Set(), mayCache: false };

await log.append([{ kind: 'seen', place, host: place, entries: {} }]);
for (let number = 0; number < Number(count); number += 1) {
  const session = `${place}-${number}`;
  await log.append([{ kind: 'snoozed', session, until: 1 }]);
  await log.withCursor('shared', async (cursor) => ({
    position: 0,
    held: [...(cursor?.held ?? []), session],
    told: [],
  }));
  while ((await register(session)) === 'changed');
}

/** Adds an entry with a plan from before the lock, as a pass does. */
async function register(session) {
  const read = await file.read(known);
  if (read.kind !== 'read') throw new Error(`${read.kind}: ${read.message}`);
  const edit = { op: 'register', entry: { session, socket: null }, fields: { status: 'terminated' } };
  const prepared = await file.prepare(read, [edit]);
  return file.underLock((held) => held.swap(read.registry.hash, prepared), new AbortController().signal);
}
