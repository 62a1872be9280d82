import type { Settings } from '../../config/settings.ts';
import { statusLine } from '../../core/words/counts.ts';
import { exitCode, type ExitCode } from '../../errors.ts';
import { unknownName } from '../../system/unknown-name.ts';
import type { SessionRow, StatusAnswer } from '../answers/sessions.ts';
import type { Context } from '../context.ts';
import type { Shown } from '../display.ts';
import { isOn, textOf, type Input } from '../operation.ts';
import type { Overview } from './overview.ts';
import { isDown } from './session-rows.ts';
import { statusPage, type StatusView } from './status-page.ts';

/** What the user asks to see. */
export interface View extends Pick<StatusView, 'waiting' | 'all'> {
  readonly workspace: string | null;
  readonly agent: string | null;
  readonly line: boolean;
  /** A program reads it as JSON, in which the hints for people are not. */
  readonly json: boolean;
}

/** Reads the flags. */
export function viewIn(input: Input): View {
  const [waiting, all, line] = [isOn(input, 'waiting'), isOn(input, 'all'), isOn(input, 'line')];
  const [agent, workspace] = [textOf(input, 'agent'), textOf(input, 'workspace')];
  return { agent, workspace, waiting, all, line, json: input.json };
}

/**
 * Refuses an agent that is not known and that no entry names.
 * @throws UsageError
 */
export function assertAgent({ agent }: View, seen: Overview, { agents }: Pick<Settings, 'agents'>): void {
  if (agent === null) return;
  const names = [...new Set([...Object.keys(agents), ...seen.sessions.flatMap(({ row }) => row.agent ?? [])])];
  if (names.some((name) => isSameWord(name, agent))) return;
  throw unknownName('agent', agent, names, `it is one of ${names.join(', ')}`);
}

function isSameWord(one: string | null, other: string): boolean {
  return one?.toLowerCase() === other.trim().toLowerCase();
}

/** Returns what `status` shows of an overview. @param view `note`: lines for people, below the others */
export function shownStatus(
  seen: Overview,
  view: View & { readonly note: readonly string[] },
  context: Pick<Context, 'settings' | 'output' | 'now'>,
): Shown<StatusAnswer> {
  const { workspace, agent, waiting } = view;
  const sessions = seen.sessions.filter(
    ({ row }) =>
      (workspace === null || row.workspace === workspace) && (agent === null || isSameWord(row.agent, agent)),
  );
  const rows = sessions.map(({ row }) => row).filter(({ group }) => !waiting || group === 'needs-you');
  const line = statusLine(sessions.map(({ row }) => row.group));
  const json = { sessions: rows, blind: seen.blind };
  return {
    json,
    exit: exitOf(rows, seen.exit),
    sameAs: view.line ? line : JSON.stringify(view.json ? json : [json, hintsIn(seen)]),
    draw: async (width) => {
      if (view.line) return { head: [line], rows: [], foot: view.note };
      const page = await statusPage({ ...view, sessions, overview: seen, width }, context);
      return { ...page, foot: [...view.note, ...page.foot] };
    },
  };
}

/** Returns what the lines for people beside the sessions are made of. */
function hintsIn({ registry, unregistered, otherNames, lost }: Overview): readonly unknown[] {
  return [registry, unregistered, otherNames, lost];
}

function exitOf(rows: readonly SessionRow[], exit: ExitCode): ExitCode {
  if (exit !== exitCode.done) return exit;
  return rows.some(isDown) ? exitCode.drift : exitCode.done;
}
