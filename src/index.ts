/**
 * The reconcile library: look, compare, repair, tell. Every port is an argument; `makeContext` builds them all from
 * settings for who wants the whole program.
 */
export { loadSettings } from './config/load-settings.ts';
export type { Settings } from './config/settings.ts';
export type { Board, Card, CardComment } from './board/board.ts';
export type { Drift, DriftKindName, Edit, Evidence } from './core/model/drift.ts';
export { driftKinds } from './core/drift/index.ts';
export type { Entry, Registry } from './core/model/entry.ts';
export type { Observation, Seen } from './core/model/observation.ts';
export { plan } from './core/plan/make-plan.ts';
export type { Plan, PlanInput } from './core/model/plan.ts';
export { readStop, type StopReading } from './core/words/stop.ts';
export { AudienceError, exitCode } from './errors.ts';
export type { Log, LoggedDrift } from './log/log.ts';
export { pass, type PassPorts, type PassResult } from './pass/pass.ts';
export { makeContext } from './wire.ts';
