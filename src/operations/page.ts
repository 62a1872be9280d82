import { exitCode, UsageError } from '../errors.ts';
import type { Context, ServedPage } from './context.ts';
import { isOn, numberOf, type Input, type Operation } from './operation.ts';
import type { PageAnswer } from './answers/page.ts';
import { sshFlags, sshIn } from './fleet/ssh-flags.ts';

export const page: Operation<PageAnswer> = {
  name: 'page',
  summary: 'a local page: sessions, timelines, log and card',
  description:
    'Prints the address once, and serves it on this machine alone until Ctrl-C. The address holds the key: who has it sees the page. Without a monitor the page looks by itself, and writes nothing. With --ssh it asks each host for its `status` once a minute, while a browser shows it.',
  flags: [
    {
      name: 'port',
      description: 'the port; 0: that of the last page, else any (default: page.port, else 0)',
      value: { kind: 'count', least: 0 },
    },
    { name: 'open', description: 'open it in the browser' },
    ...sshFlags,
  ],
  async *run(context, input) {
    const ssh = sshIn(input, 'page');
    const served = await context.page({ port: portIn(input), ssh });
    try {
      const { url, port, isOthers } = served;
      yield { json: { url, port, is_others: isOthers }, text: url, exit: exitCode.done };
      // A browser in the foreground must not keep the page from ending.
      if (isOn(input, 'open')) await Promise.race([open(served, context), aborted(context.signal)]);
      if (isOthers && ssh !== null) context.output.log('warn', 'the page that is served already asks no other hosts');
      if (isOthers) return;
      context.output.log('info', 'the page is there until Ctrl-C');
      await aborted(context.signal);
    } finally {
      await served.close();
    }
  },
};

function portIn(input: Input): number | null {
  const port = numberOf(input, 'port');
  if (port === null || port <= 65_535) return port;
  throw new UsageError(`${port} is no port`, { where: '--port', cure: 'name one from 1 to 65535, or 0 for any' });
}

async function open(served: ServedPage, { output }: Context): Promise<void> {
  const why = await served.open();
  if (why !== null) output.log('warn', `the browser was not opened: ${why}. Open the address by hand`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
