import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { z } from 'zod';

const script = fileURLToPath(new URL('kanban.py', import.meta.url));
const thread = fileURLToPath(new URL('kanban-thread.cjs', import.meta.url));
/** Longer than the process gives a call. */
const timeoutMs = 170_000;
const answerSchema = z.object({ code: z.number().nullable(), stdout: z.string(), stderr: z.string() });

/** One process that answers all calls of `hermes kanban` of a world. It ends with this process at the latest. */
export class Kanban {
  private readonly answers = new Int32Array(new SharedArrayBuffer(4));
  private readonly port;
  private readonly thread: Worker;
  private readonly ended: Promise<number>;
  private answersNoMore = false;

  /** @param python the one of a Hermes */
  constructor(python: string, env: Readonly<Record<string, string>>, cwd: string) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const workerData = { python, script, env, cwd, port: port2, answers: this.answers };
    this.thread = new Worker(thread, { workerData, transferList: [port2], execArgv: [] });
    this.thread.unref();
    this.ended = new Promise((resolve) => this.thread.once('exit', resolve));
  }

  /**
   * Runs `hermes kanban` with those words, and waits for its end as for a function.
   * @returns what it says on stdout
   * @throws if it fails, with what it says on stderr
   */
  run(words: readonly string[], env: Readonly<Record<string, string>>): string {
    const what = `hermes kanban ${words.join(' ')}`;
    if (this.answersNoMore) throw new Error(`${what}: the process is closed, or owes an earlier answer`);
    const before = Atomics.load(this.answers, 0);
    this.port.postMessage(JSON.stringify({ words, env }));
    // A late answer must not pass for that of the next call.
    this.answersNoMore = Atomics.wait(this.answers, 0, before, timeoutMs) === 'timed-out';
    if (this.answersNoMore) throw new Error(`${what}: no answer in ${timeoutMs} ms`);
    const line = receiveMessageOnPort(this.port)?.message;
    const { code, stdout, stderr } = answerSchema.parse(JSON.parse(line));
    if (code !== 0) throw new Error(`${what}: exit ${code}\n${stderr}${stdout}`);
    return stdout;
  }

  /** Ends the process, and waits for its end. */
  async close(): Promise<void> {
    this.answersNoMore = true;
    this.port.postMessage(null);
    await this.ended;
  }
}
