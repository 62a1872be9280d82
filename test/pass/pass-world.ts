import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { emptyMemory, type Memory } from '../../src/core/model/memory.ts';
import { FileLog } from '../../src/log/file-log.ts';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { makeRegistryFile } from '../../src/registry/disk-registry-file.ts';
import { pass, type PassPorts, type PassResult } from '../../src/pass/pass.ts';
import { anObservation, longAgo, now, settings, type Shown } from '../core/world.ts';
import { never } from '../never.ts';

/**
 * Makes a pass on a real registry file and a real log, with a given observation.
 * @param whenDone is given what removes their folder
 */
export function passWorld(text: string, whenDone: (remove: () => void) => void = onTestFinished) {
  const dir = mkdtempSync(join(tmpdir(), 'asm-pass-'));
  whenDone(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'registry.yaml');
  const write = (content: string): void => {
    writeFileSync(path, content);
    utimesSync(path, longAgo / 1000, longAgo / 1000);
  };
  write(text);
  const options = {
    path,
    lockPath: `${path}.lock`,
    stateDir: join(dir, 'state'),
    cacheDir: join(dir, 'cache'),
    agents: agentFacts,
    now: () => now,
    wait: () => Promise.resolve(),
    signal: new AbortController().signal,
  };
  const clock = { now };
  const kept: { look: Memory; observation: Shown } = { look: emptyMemory, observation: {} };
  const ports: PassPorts = {
    registryPath: path,
    registryFile: makeRegistryFile(options),
    log: new FileLog({
      dir: join(dir, 'state'),
      registryPath: path,
      place: 'here',
      now: () => clock.now,
      warn: () => undefined,
    }),
    memoryStore: {
      load: () => Promise.resolve(kept.look),
      save: (look) => {
        kept.look = look;
        return Promise.resolve(null);
      },
    },
    place: 'machine-1',
    observe: () =>
      Promise.resolve({
        observation: anObservation({ at: clock.now, ...kept.observation }),
        cost: { spawns: 0, bytesRead: 0 },
      }),
    sweep: () => Promise.resolve(),
    sweepReports: () => undefined,
    withdrawJob: async () => undefined,
    settings: { ...settings, graceMs: 5_000 },
    now: () => clock.now,
    wait: () => Promise.resolve(),
  };
  return {
    path,
    dir,
    lockPath: options.lockPath,
    ports,
    clock,
    kept,
    write,
    read: () => readFileSync(path, 'utf8'),
    pass: (change: Partial<PassPorts> = {}): Promise<PassResult> => pass({ ...ports, ...change }, 'loop', never),
    /** Returns the log's events, without ids and times. */
    logged: async () =>
      (await ports.log.read()).map((event) =>
        event.kind === 'opened' ? `opened ${event.drift.kind}: ${event.drift.message}` : event.kind,
      ),
  };
}
