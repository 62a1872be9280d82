import * as z from 'zod';
import { activities, waits } from '../../core/model/activity.ts';
import { clean, cutTo } from '../../core/words/text.ts';
import { isoMillis } from '../../core/words/time.ts';
import { exitCode } from '../../errors.ts';
import type { FleetHost, FleetSession } from '../../mqtt/fleet/fleet-view.ts';
import { liveness } from '../../pass/document.ts';
import { callProgram } from '../../system/call-program.ts';
import { jsonIn } from '../../system/json.ts';
import type { ProgramAnswer } from '../../system/run-program.ts';
import type { Context, SshAsk } from '../context.ts';

/** A host that was asked over ssh. */
export interface AskedHost extends FleetHost {
  /** Why it did not answer; `null`: it did. */
  readonly reason: string | null;
}

type Asking = Pick<Context, 'env' | 'signal' | 'now'>;

const connectSeconds = 5;
/** How long one host may take in all; ms. */
const deadlineMs = 20_000;
/** A longer answer is none of this program; bytes. */
const longestAnswer = 8 << 20;

/** Asks hosts for their status, all at once. A host that does not answer is offline: nothing is known of its sessions. */
export function askHosts(ask: SshAsk, context: Asking): Promise<readonly AskedHost[]> {
  return Promise.all(ask.hosts.map((host) => askHost(host, ask, context)));
}

async function askHost(host: string, { remote, config }: SshAsk, { env, signal, now }: Asking): Promise<AskedHost> {
  const options = ['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${connectSeconds}`];
  const words = [...(config === null ? [] : ['-F', config]), ...options, '--', host, `${remote} status --json`];
  const answer = await callProgram('ssh', words, { deadlineMs, signal, env, longestOutput: longestAnswer });
  signal.throwIfAborted();
  const offline = { host, online: false, since: null, wasLost: false, sessions: [] };
  const found = rowsIn(answer);
  if (found === null) return { ...offline, reason: reasonOf(answer, remote) };
  const at = isoMillis(now());
  const sessions = found.rows.map((one) => ({ ...one, at }));
  const reason =
    found.unread === 0 ? null : `${found.unread} of its sessions are in a form that this version does not know`;
  return { ...offline, online: true, sessions, reason };
}

/** Read tolerantly: a host may have another version. A row without a name or a liveness is left out. */
const row = z.object({
  session: z.string().max(1_000),
  status: z.enum(['running', 'terminated']).nullable().catch(null),
  liveness,
  id: z.string().nullable().catch(null),
  job: z.string().nullable().catch(null),
  activity: z
    .enum([...activities, 'unknown'])
    .nullable()
    .catch(null),
  waiting_for: z.enum(waits).nullable().catch(null),
  waiting_since: z.iso.datetime().nullable().catch(null),
});

const statusOfHost = z.object({ sessions: z.array(z.unknown()) });

interface FoundRows {
  readonly rows: readonly Omit<FleetSession, 'at'>[];
  /** How many have another form. */
  readonly unread: number;
}

/** Returns the sessions of an answer; `null`: it is none. The exit codes that say something of the sessions are fine. */
function rowsIn(answer: ProgramAnswer): FoundRows | null {
  if (answer.kind !== 'ended' || !answered.includes(answer.code ?? -1)) return null;
  const status = statusOfHost.safeParse(jsonIn(answer.stdout)).data;
  if (status === undefined) return null;
  const rows = status.sessions.flatMap((one) => row.safeParse(one).data ?? []);
  return { rows, unread: status.sessions.length - rows.length };
}

const answered: readonly number[] = [exitCode.done, exitCode.drift, exitCode.blind];

/** Says why a host did not answer, without control characters. */
function reasonOf(answer: ProgramAnswer, remote: string): string {
  switch (answer.kind) {
    case 'ended': {
      const said =
        answer.stderr
          .split('\n')
          .findLast((line) => line.trim() !== '')
          ?.trim() ?? '';
      if (answer.code === 127) return `no ${clean(remote)} there (--remote names it)`;
      if (said !== '') return cutTo(clean(said), 300);
      return answer.code === 0 ? 'its answer is no status' : `ended with ${answer.code ?? answer.signal ?? 'no code'}`;
    }
    case 'too late':
      return `no answer in ${deadlineMs / 1_000} s`;
    case 'aborted':
      return 'broken off';
    case 'not started':
      return `ssh cannot be started (${clean(answer.reason)})`;
  }
}
