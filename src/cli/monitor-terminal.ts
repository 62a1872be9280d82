import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Context, MonitorListener } from '../operations/context.ts';
import { commentText } from '../operations/card.ts';
import { watchingLine } from '../operations/monitor.ts';
import { painter } from '../operations/text/paint.ts';

/** How long a monitor in the background may not notice that it is in the foreground; ms. No signal tells it. */
const backgroundMs = 1_000;

/** The process at the terminal. */
export interface TerminalProcess {
  readonly stdin: Readable;
  on(signal: 'SIGCONT', listener: () => void): unknown;
  off(signal: 'SIGCONT', listener: () => void): unknown;
}

/** Runs the monitor at a terminal: comments appear as they are made, and each typed line is the user's comment. */
export function monitorTerminal(
  process: TerminalProcess,
  isInBackground: () => boolean,
): (context: Context) => MonitorListener {
  return (context) => {
    const { output } = context;
    const over = new AbortController();
    let showing: Promise<void> = Promise.resolve();
    let showRest = (): Promise<void> => Promise.resolve();
    const listener: MonitorListener = {
      watching: ({ sessions, card, board }) => {
        output.log('info', watchingLine(sessions, card));
        if (board.traits.hasOwnInterface) return;
        output.log('info', 'a line that you type is your comment; `stop monitoring` ends it, Ctrl-C pauses it');
        const comments = shownComments(context, board, card);
        showRest = comments.show;
        showing = board
          .watch(card, () => void comments.show().catch(() => undefined), over.signal)
          .catch(() => undefined);
        readTyped(process, isInBackground, over.signal, (line) => {
          comments.typed(line);
          context
            .board({ name: board.name, slug: null })
            .comment(card, line, AbortSignal.timeout(5_000))
            .catch((error: unknown) =>
              output.log('error', `your comment was not made: ${error instanceof Error ? error.message : 'no answer'}`),
            );
        });
      },
      log: output.log,
      close: async () => {
        await showRest().catch(() => undefined);
        over.abort();
        await showing;
      },
    };
    return listener;
  };
}

/** Prints each comment once. A comment that was typed here is on the screen already. */
function shownComments({ output }: Context, board: ReturnType<Context['board']>, card: string) {
  const paint = painter(output.color);
  const typed: string[] = [];
  let shown: number | null = null;
  let turn: Promise<void> = Promise.resolve();
  const showNew = async (): Promise<void> => {
    const { comments, runFromComment } = await board.show(card, AbortSignal.timeout(5_000));
    const from = shown ?? runFromComment;
    shown = comments.length;
    for (const comment of comments.slice(from)) {
      const mine = typed.indexOf(comment.body);
      if (mine === -1) await output.stdout(`${commentText(comment, paint)}\n`);
      else typed.splice(mine, 1);
    }
  };
  return {
    typed: (line: string): void => void typed.push(line),
    // One call at a time: two hints at once would print the same comment twice.
    show: (): Promise<void> => (turn = turn.catch(() => undefined).then(showNew)),
  };
}

/** Reads what is typed while the process is in the foreground: in the background the lines are meant for the shell. */
function readTyped(
  process: TerminalProcess,
  isInBackground: () => boolean,
  signal: AbortSignal,
  onLine: (line: string) => void,
): void {
  const { stdin } = process;
  let lines: Interface | null = null;
  let timer: NodeJS.Timeout | undefined;
  const open = (): Interface => {
    // readline must not control the terminal: Ctrl-C has to stay a signal, and readline would redraw the screen.
    return createInterface({ input: stdin, terminal: false }).on('line', (line) => {
      if (line.trim() !== '') onLine(line.trim());
    });
  };
  const follow = (): void => {
    clearTimeout(timer);
    if (isInBackground()) {
      stdin.pause();
      timer = setTimeout(follow, backgroundMs).unref();
    } else if (lines === null) lines = open();
    else stdin.resume();
  };
  follow();
  // After Ctrl-Z, by `bg` and by `fg`.
  process.on('SIGCONT', follow);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    process.off('SIGCONT', follow);
    lines?.close();
    stdin.destroy();
  });
}
