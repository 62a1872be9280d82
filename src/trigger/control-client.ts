import type { Hint, TriggerState } from './trigger.ts';
import { off } from './trigger.ts';

/** A client that ended is started again after so long, twice as long each time; ms. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** Starts a control client at a socket; calls back for each line it says, and once when it has ended. */
export type StartControl = (
  socket: string,
  on: { readonly line: (line: string) => void; readonly ended: (lastWords: string) => void },
) => { readonly end: () => void };

export interface ControlClient {
  state(): TriggerState;
  /** Resolves with the first answer: it works, or it has ended. */
  readonly answered: Promise<void>;
  close(): void;
}

/** Keeps a control client at one server, for as long as it is wanted. */
export function keepControlClient(socket: string, start: StartControl, hint: Hint): ControlClient {
  let state: TriggerState = off(`${socket}: no answer yet`);
  let pauseMs = firstPauseMs;
  let again: NodeJS.Timeout | undefined;
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  let client = open();

  function open(): ReturnType<StartControl> {
    let since = Infinity;
    let reason = '';
    return start(socket, {
      line: (line) => {
        // tmux answers its one command at once, though that command waits for ever.
        if (line.startsWith('%begin')) {
          since = Date.now();
          state = { on: true };
          answer();
        }
        if (line.startsWith('%exit ')) reason = line.slice('%exit '.length);
        if (isNews(line)) hint();
      },
      ended: (lastWords) => {
        if (state.on) hint();
        if (Date.now() - since > longestPauseMs) pauseMs = firstPauseMs;
        state = off(`${socket}: ${reason || lastWords || 'the control client ended'}`);
        answer();
        again = setTimeout(() => (client = open()), pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      },
    });
  }

  return {
    state: () => state,
    answered,
    close: () => {
      clearTimeout(again);
      client.end();
    },
  };
}

/**
 * Everything that a server says unasked, but that it ends: then the client's own end tells. Without a session it says
 * `%sessions-changed`, `%session-renamed` and `%session-window-changed` (3.3a).
 */
function isNews(line: string): boolean {
  return /^%[a-z]/.test(line) && !/^%(begin|end|error|exit)\b/.test(line);
}
