/**
 * The reconcile library: look, compare, repair, tell. Every port is an argument; `makeContext` builds them all from
 * settings for who wants the whole program.
 */
export { loadSettings } from './config/load-settings.ts';
export type { Settings } from './config/settings.ts';
export type { Board, Card, CardComment } from './board/board.ts';
export type { Drift, DriftKindName, Edit, Evidence } from './core/drift.ts';
export { driftKinds } from './core/drift/index.ts';
export type { Entry, Registry } from './core/entry.ts';
export type { Observation, Seen } from './core/observation.ts';
export { plan } from './core/make-plan.ts';
export type { Plan, PlanInput } from './core/plan.ts';
export { readStop, type StopReading } from './core/stop.ts';
export { AudienceError, exitCode } from './errors.ts';
export type { Log, LoggedDrift } from './log/log.ts';
export { pass, type PassPorts, type PassResult } from './run/pass.ts';
export { makeContext } from './wire.ts';
