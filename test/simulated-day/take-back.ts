import { join } from 'node:path';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { undo } from '../../src/operations/undo.ts';
import { makeRegistryFile } from '../../src/registry/disk-registry-file.ts';
import { fakeContext } from '../operations/fake-context.ts';
import type { SimulatedDay } from './simulated-day.ts';
import { entriesIn } from './invariants/registry-text.ts';

/** The user takes the last repair back, in a process of its own. @returns the entries that it changed */
export async function takeBack({ host, human, clock, dir }: SimulatedDay): Promise<readonly string[]> {
  const before = entriesIn(human.read());
  const { context } = fakeContext({});
  const registryFile = makeRegistryFile({
    path: host.path,
    lockPath: `${host.path}.lock`,
    stateDir: host.stateDir,
    cacheDir: join(dir, 'cache-of-undo'),
    agents: agentFacts,
    now: clock.wall,
    wait: () => Promise.resolve(),
    signal: context.signal,
  });
  const log = host.log();
  const own = { ...context, now: clock.wall, log: () => log, registryFile: () => registryFile };
  for await (const _ of undo.run(own, { words: [], values: {}, json: false }));
  const after = entriesIn(human.read());
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)));
}
