import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { clean } from '../../core/words/text.ts';
import type { Context } from '../context.ts';
import { pause } from '../../system/pause.ts';
import { setStage, type Stage } from './stage.ts';

interface Act {
  readonly says: string;
  readonly does: (stage: Stage) => Promise<void>;
}

const acts: readonly Act[] = [
  {
    says: '# Two agents start in tmux. No person writes them into the registry: watch the monitor do it.',
    does: async (stage) => {
      await stage.openSession('shop-creator-claude', 'claude');
      await stage.openSession('blog-creator-agy', 'agy');
    },
  },
  {
    says: '# One session is killed. The card hears of it when five seconds have passed: you might have said so yourself.',
    does: (stage) => stage.killSession('blog-creator-agy'),
  },
  {
    says: '# A session of that name comes back.',
    does: (stage) => stage.openSession('blog-creator-agy', 'agy'),
  },
  {
    says: '# A person comments: stop monitoring.',
    does: async (stage) => {
      await exited(stage.start(['comment', '--card', card, 'stop monitoring']));
    },
  },
];

const card = 'demo';

/** Plays the guided minute, line by line. The stage is cleared at the end in every case. */
export async function* play(context: Context, totalMs: number): AsyncIterable<string> {
  const stage = await setStage(context);
  try {
    yield '# A tmux server, a home and a registry of its own. Nothing of yours is touched.';
    const heard = new Lines();
    const global = ['--registry', stage.registry];
    const monitor = stage.start([...global, 'monitor', '--card', card, '--interval', '1s']);
    heard.listen(monitor);
    // Comments are read from the card: in a pipe the monitor prints nothing between its first and its last line.
    const follower = await following(stage, heard, context.signal);
    for (const act of acts) {
      yield act.says;
      await act.does(stage);
      yield* heard.during(totalMs / (acts.length + 1), context.signal);
      if (context.signal.aborted) return;
    }
    await within(10_000, exited(monitor), context.signal);
    yield* heard.during(500, context.signal);
    follower?.kill('SIGTERM');
    yield '# Over. Everything it made is removed. Yours: asm monitor';
  } finally {
    await stage.clear();
  }
}

/** Follows the card once the monitor has made it. */
async function following(stage: Stage, heard: Lines, signal: AbortSignal): Promise<ChildProcess | null> {
  for (let tries = 0; tries < 50 && !signal.aborted; tries += 1) {
    if ((await exited(stage.start(['card', '--card', card]))) === 0) {
      const follower = stage.start(['card', '--card', card, '--follow']);
      heard.listen(follower);
      return follower;
    }
    await pause(200, signal);
  }
  return null;
}

/** Waits for it, at most so long; leaves no timer behind. */
async function within(ms: number, wanted: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  await Promise.race([wanted, pause(ms, AbortSignal.any([signal, over.signal]))]);
  over.abort();
}

function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
}

/** Collects the output of the programs on the stage, in its order. */
class Lines {
  private waiting: string[] = [];
  private wake: () => void = () => undefined;

  listen(child: ChildProcess): void {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.waiting.push(`  ${clean(line)}`);
        this.wake();
      });
    }
  }

  async *during(ms: number, signal: AbortSignal): AsyncIterable<string> {
    const end = Date.now() + ms;
    while (!signal.aborted) {
      yield* this.waiting.splice(0);
      const left = end - Date.now();
      if (left <= 0) return;
      const news = new Promise<void>((resolve) => (this.wake = resolve));
      await within(left, news, signal);
    }
  }
}
