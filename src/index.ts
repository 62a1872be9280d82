/**
 * The library: what a reconcile of one's own is made of. `makePorts` builds the ports of a pass from settings, and
 * `pass` takes them as arguments: put another in the place of any of them. `docs/library.md` shows one in 20 lines.
 */
export type { Settings, SettingsSources } from './config/settings.ts';
export { loadSettings, makeContext, makePorts, type PortOptions } from './wire.ts';

export { pass, type PassMode, type PassPorts, type PassResult } from './pass/pass.ts';
export { documentOf, type ReportedNews } from './pass/make-document.ts';
export type { DriftDocument, ReconcileDocument } from './pass/document.ts';

export { plan } from './core/plan/make-plan.ts';
export type { Plan, PlanInput, PlanSettings, Verdict } from './core/model/plan.ts';
export { driftKinds } from './core/drift/index.ts';
export type { Drift, DriftKindName, Edit, Evidence } from './core/model/drift.ts';
export type { Entry, Registry } from './core/model/entry.ts';
export type { Memory } from './core/model/memory.ts';
export type { Observation, Seen } from './core/model/observation.ts';

export { agentFacts } from './agents/agent-facts.ts';
export { makeObserve, type ObserveOptions } from './observe/make-observe.ts';
export type { Observe } from './observe/observe.ts';
export { makeRegistryFile, type RegistryFileOptions } from './registry/disk-registry-file.ts';
export type { RegistryFile } from './registry/registry-file.ts';
export { FileLog } from './log/file-log.ts';
export type { Log, LoggedDrift } from './log/log.ts';
export { FileMemoryStore, type MemoryStore } from './log/memory-store.ts';
export { inMemoryReader, stdoutReader, type StdoutReader } from './tell/stdout.ts';
export { LocalBoard } from './board/local-board.ts';
export type { Board, Card, CardComment } from './board/board.ts';

export { readStop, type StopReading } from './core/words/stop.ts';
export { AudienceError, exitCode, type ExitCode } from './errors.ts';
