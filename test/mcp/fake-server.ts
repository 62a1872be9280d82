import { onTestFinished } from 'vitest';
import type { Board, Dispatched } from '../../src/board/board.ts';
import type { Settings } from '../../src/config/settings.ts';
import { answerCall } from '../../src/mcp/answer-call.ts';
import { Work } from '../../src/operations/work/work.ts';
import { reportPass } from '../../src/operations/pass-report.ts';
import { stdoutReader } from '../../src/tell/stdout.ts';
import { Followers } from '../../src/watch/followers.ts';
import { FakeBoard } from '../board/fake-board.ts';
import { fakeContext, noHistory, settings } from '../operations/fake-context.ts';
import { passWorld } from '../pass/pass-world.ts';
import type { Shown } from '../core/world.ts';
import { never as signal } from '../never.ts';

export interface FakeServerOptions {
  readonly registry?: string;
  /** In place of `registry` and `sees`. */
  readonly passing?: ReturnType<typeof passWorld>;
  /** What the passes see. */
  readonly sees?: Shown;
  /** Other than as by default. */
  readonly monitor?: Partial<Settings['monitor']>;
  readonly board?: Board;
  readonly dispatched?: Dispatched;
  readonly env?: Readonly<Record<string, string>>;
}

/** The name of the registry's own card. */
export const ownCard = 'local-1';

/** Makes a server that goes when the test ends. */
export function served(options: FakeServerOptions = {}) {
  const server = fakeServer(options);
  onTestFinished(() => server.close());
  return server;
}

/**
 * A server of the tools on a board in memory: the registry, the log and the run are real, and what tmux and the agents
 * say is given. Its clock stands still until a test sets it.
 */
export function fakeServer(options: FakeServerOptions = {}) {
  const { registry = 'sessions: {}\n', board = new FakeBoard(), dispatched = null, env = {} } = options;
  const { passing = passWorld(registry) } = options;
  const { ports, kept, dir } = passing;
  if (options.sees !== undefined) kept.observation = options.sees;
  const ended = new AbortController();
  const world = {
    settings: { ...settings, monitor: { ...settings.monitor, ...options.monitor } },
    ports,
    boardFor: () => board,
    card: ownCard,
    boardOfCard: () => board.name,
    dispatched,
    stateHistory: noHistory,
    followers: () => Promise.resolve(new Followers([])),
    push: () => Promise.resolve(null),
    env,
    stateDir: `${dir}/state`,
    triggers: () => ({ all: [], start: () => undefined, follow: () => undefined }),
    signal: ended.signal,
  };
  const work = new Work(world);
  const shell = stdoutReader(ports.log);
  const context = {
    ...fakeContext({ board }).context,
    now: ports.now,
    pass: ({ mode, adopt = null }: Parameters<ReturnType<typeof fakeContext>['context']['pass']>[0]) =>
      reportPass(ports, shell, { mode, adopt }, signal),
  };
  return {
    ...passing,
    board,
    work,
    /** Calls a tool, as a client does. @returns the text of its answer; `error: …` for an error result */
    call: async (name: string, given: unknown = {}): Promise<string> => {
      const { text, isError } = await answerCall({ context, world, work }, { name, given }, { signal, progress: null });
      return isError ? `error: ${text}` : text;
    },
    comments: async (card = ownCard) => (await board.show(card, signal)).comments.map(({ body }) => body),
    /** The server goes. */
    close: ({ signalled = false } = {}) => {
      if (signalled) ended.abort();
      return work.cards.close();
    },
  };
}
