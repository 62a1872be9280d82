import { clean } from '../core/words/text.ts';
import { BoardError } from '../errors.ts';
import { callProgram, followProgram } from '../system/call-program.ts';
import { jsonBehindBanner } from '../system/json.ts';
import { statOrNull } from '../system/if-readable.ts';
import { shortageOf } from '../system/shortage.ts';

/** Runs `hermes kanban …`. */
export interface HermesCommand {
  /** Hermes' slug of the board; `null`: the current one. */
  readonly slug: string | null;
  /**
   * Runs a command to its end.
   * @throws BoardError if hermes is missing or does not answer in time
   */
  run(words: readonly string[], signal: AbortSignal): Promise<{ stdout: string; stderr: string; code: number | null }>;
  /** Calls back for each line until the program ends or the signal aborts. */
  follow(words: readonly string[], onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** Returns what `hermes --version` says; `null`: nothing. */
  version(signal: AbortSignal): Promise<string | null>;
  /** Returns when the board's database was made; ms since 1970. `null`: it is not known. */
  boardMadeAt(signal: AbortSignal): Promise<number | null>;
}

/** A board whose database is locked answers late (44 s were seen); ms. */
const deadlineMs = 50_000;
/** `--version` opens no database; ms. */
const versionMs = 10_000;

/** Makes `hermes kanban …`, never through a shell. Every child ends with this process. */
export function makeHermesCommand(options: {
  readonly program: string;
  readonly slug: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}): HermesCommand {
  const { program, slug, env } = options;
  const kanban = (words: readonly string[]) => ['kanban', ...(slug === null ? [] : ['--board', slug]), ...words];

  async function run(words: readonly string[], signal: AbortSignal) {
    const answer = await callProgram(program, words, { deadlineMs, signal, env, diesWithUs: true });
    switch (answer.kind) {
      case 'ended':
        return { stdout: answer.stdout, stderr: answer.stderr.trim(), code: answer.code };
      case 'too late':
        throw unreachable(`hermes gave no answer in ${deadlineMs / 1_000} s`, 'see whether its database is locked');
      case 'aborted':
        throw unreachable('the call of hermes was broken off', 'it is tried again', signal.reason);
      case 'not started': {
        const shortage = shortageOf(answer.reason);
        const reason = shortage?.reason ?? answer.reason;
        throw unreachable(
          reason === 'ENOENT' ? `${program} is not installed` : `${program} cannot be started: ${reason}`,
          shortage?.cure ?? "pip install 'hermes-agent[mcp]', or put hermes into PATH",
        );
      }
    }
  }

  return {
    slug,
    run: (words, signal) => run(kanban(words), signal),
    version: async (signal) => {
      const answer = await callProgram(program, ['--version'], { deadlineMs: versionMs, signal, env });
      return answer.kind === 'ended' ? answer.stdout : null;
    },
    boardMadeAt: async (signal) => {
      const { stdout } = await run(['kanban', 'boards', 'list', '--json'], signal);
      // Every pass loads this file, and most need no schema.
      const { listedBoards } = await import('./kanban-answers.ts');
      const boards = listedBoards.safeParse(jsonBehindBanner(stdout)).data ?? [];
      const ours = boards.find((board) => (slug === null ? board.is_current : board.slug === slug));
      return ours === undefined ? null : (statOrNull(ours.db_path)?.birthtimeMs ?? null);
    },
    follow: (words, onLine, signal) => followProgram(program, kanban(words), onLine, { signal, env, diesWithUs: true }),
  };
}

function unreachable(message: string, cure: string, cause?: unknown): BoardError {
  return new BoardError(message, { where: 'hermes kanban', cure, cause });
}

/** Says that Hermes did not do what it was asked. @param words what it said: its last line is told */
export function refused(words: string): BoardError {
  return new BoardError(`Hermes' board refused: ${lastLine(words)}`, {
    where: 'hermes kanban',
    cure: 'try it by hand: hermes kanban list',
  });
}

/** Returns the last line of what Hermes said, short enough for a message. */
export function lastLine(words: string): string {
  const line = clean(words.split('\n').at(-1) ?? words);
  return line.length <= 300 ? line : `${line.slice(0, 300)}…`;
}
