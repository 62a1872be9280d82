import { fstatSync, type Stats } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SaidByAgents } from '../../agents/agent-processes.ts';
import type { Agent } from '../../core/model/entry.ts';
import type { Process } from '../../core/model/observation.ts';
import { reportName, type AgentReport } from '../../core/model/report.ts';
import { linkOrBlind } from '../../system/absent-or-blind.ts';
import { shortHash } from '../../system/hash.ts';
import { ifReadable, statOrNull } from '../../system/if-readable.ts';
import { withLock } from '../../system/lock.ts';
import { makeOwnFolder } from '../../system/own-folder.ts';
import { readStat } from '../../system/proc-files.ts';
import { textAt, withRegular } from '../../system/read-regular.ts';
import { writeStateFile } from '../../system/replace-file.ts';
import { placeId } from '../place.ts';
import { onePath } from '../tmux/sockets.ts';
import {
  following,
  isBefore,
  longestReport,
  parseReport,
  reportOf,
  reportText,
  type ReportFields,
} from './report-text.ts';

/** The folder of the reports, in the state folder of all registries. */
export const reportsFolder = 'hooks';

export interface Reports {
  readonly byPid: SaidByAgents;
  readonly bytesRead: number;
}

/**
 * Reads the reports of these processes, each by the name that belongs to it: however many files are in the folder, no
 * other is opened. What is no report of this user says nothing, and neither does one of another program that ran in that
 * process before an `exec`.
 * @param now ms since 1970
 */
export function readReports(folder: string, processes: readonly Process[], now: number): Reports {
  const byPid: Map<number, { agent: Agent; report: AgentReport }> = new Map();
  let bytesRead = 0;
  // Most people have no hooks: then nothing is looked for, process by process.
  if (statOrNull(folder) === null) return { byPid, bytesRead };
  for (const process of processes) {
    const found = readReport(join(folder, reportName(process)));
    if (found.kind !== 'report') continue;
    bytesRead += found.bytes;
    const { fields, at } = found;
    if (!isOfThisPlace(fields) || (fields.args !== null && fields.args !== argsHash(process.argv))) continue;
    const socket = fields.tmux === null ? null : onePath(socketIn(fields.tmux));
    byPid.set(process.pid, { agent: fields.agent, report: reportOf(fields, { at, now, socket }) });
  }
  return { byPid, bytesRead };
}

/** Returns the socket in `TMUX`: `<socket>,<pid of the server>,<session>`. */
function socketIn(tmux: string): string {
  return tmux.replace(/,\d+,-?\d+$/, '');
}

/** Returns what tells a process's arguments from those that it had before an `exec`, and tells nothing of them. */
export function argsHash(argv: readonly string[]): string {
  return shortHash(argv.join('\0').replace(/\0$/, ''));
}

export type ReadReport =
  | { readonly kind: 'report'; readonly fields: ReportFields; readonly at: number; readonly bytes: number }
  | { readonly kind: 'absent' }
  /** Something else is there: a link, a pipe, another user's file, a longer one, another content. */
  | { readonly kind: 'refused' };

/** Reads one report. A link is not followed, and a pipe is not waited for. */
export function readReport(path: string): ReadReport {
  const read = ifReadable((): ReadReport => {
    const stat = linkOrBlind(path);
    if (stat === null) return { kind: 'absent' };
    const text = isOwnFile(stat) ? withRegular(path, stat, (file) => textOf(file, stat)) : null;
    const fields = text === null ? null : parseReport(text);
    return fields === null ? { kind: 'refused' } : { kind: 'report', fields, at: stat.mtimeMs, bytes: stat.size };
  });
  return read ?? { kind: 'refused' };
}

function isOwnFile(stat: Stats): boolean {
  return stat.isFile() && stat.uid === process.geteuid?.() && stat.size <= longestReport;
}

/** Returns the text, if the open file is still the one that was looked at: a link may have taken its place. */
function textOf(file: number, { dev, ino }: Stats): string | null {
  const now = fstatSync(file);
  return now.dev === dev && now.ino === ino ? textAt(file, 0, longestReport).text : null;
}

/** Decides whether a report is of a process of this place: hosts and containers may share a home. */
export function isOfThisPlace({ host, place, init }: ReportFields): boolean {
  if (place !== null) return place === ownPlace();
  return (host === null || host === hostname()) && (init === null || init === readStat(1)?.start);
}

function ownPlace(): string {
  own ??= placeId(hostname());
  return own;
}

let own: string | null = null;

/** Longer than a killed writer holds the others up; ms. */
const turnWithinMs = 4_000;

/**
 * Writes the report of a process in the place of its former one, unless that was said later: reports overtake each
 * other.
 * @param now ms since 1970
 * @param waitMs how long the writers of one report wait for each other; ms
 * @throws LockBusyError if another writer keeps it for too long; the system's error
 */
export async function writeReport(
  folder: string,
  reporter: { readonly pid: number; readonly start: string },
  fields: ReportFields,
  now: number,
  waitMs = turnWithinMs,
): Promise<void> {
  const path = join(folder, reportName(reporter));
  makeOwnFolder(folder);
  const replace = (): void => {
    const found = readReport(path);
    const former = found.kind === 'report' ? found : null;
    if (former !== null && isBefore(fields, former.fields)) return;
    const here = { ...fields, host: hostname(), place: ownPlace() };
    // A report proves by its owner which user said it.
    writeStateFile(path, reportText(following(former, here, now)), 'writer');
  };
  await withLock(path, replace, { waitMs });
}
