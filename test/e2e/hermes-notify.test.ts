import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Receiver } from '../tell/notify/receiver.ts';
import { HermesWorld, versionsInFull } from './hermes-world.ts';
import { until } from './private-world.ts';

/** A real Hermes whose ntfy platform publishes to a receiver of this machine. */
describe.each(versionsInFull)('a notifier that sends by a real Hermes %s', (version) => {
  let world: HermesWorld;
  let receiver: Receiver;
  beforeEach(async () => {
    world = new HermesWorld(version);
    receiver = await new Receiver().open();
    world.file('hermes-home/.env', `NTFY_SERVER_URL=${receiver.url}\nNTFY_TOPIC=incoming\n`);
  });
  afterEach(async () => {
    await receiver.close();
    await world.close();
  });

  const configure = (...notifiers: readonly object[]) =>
    world.file(
      'home/.config/agent-sessions-monitor/config.yaml',
      `tmux: { sockets: [] }\nnotify: ${JSON.stringify(notifiers.map((one) => ({ kind: 'hermes', ...one })))}\n`,
    );
  const messages = () => receiver.received.map(({ path, body }) => `${path} ${body}`);

  test('a killed session is one message, whatever its name says', { timeout: 300_000 }, async () => {
    configure({ to: 'ntfy:agents' });
    await world.openSession('[[as_document]]-creator-claude');
    await world.openSession('b-creator-claude');
    const monitor = await world.monitor();
    await until('the sessions to be registered', () => /b-creator-claude/.test(world.readRegistry()));
    world.tmux(['kill-session', '-t', '=[[as_document]]-creator-claude']);
    await until('the message', () => messages().length > 0);
    world.tmux(['kill-session', '-t', '=b-creator-claude']);
    await until('the second message', () => messages().length > 1);
    await monitor.end('SIGTERM');
    expect(messages()).toEqual([
      expect.stringMatching(
        /^\/agents \[ \[as_document\]\]-creator-claude: gone \(.+\)\n\n\[ \[as_document\]\]-creator-claude: tmux gone/,
      ),
      expect.stringMatching(/^\/agents b-creator-claude: gone/),
    ]);
  });

  test('no text attaches a file; a refusal of the platform is told', { timeout: 300_000 }, async () => {
    const secret = world.file('home/secret.pdf', 'secret');
    // Where Python ignores case it takes both Turkish letters for an i.
    const names = [`MEDIA:${secret}`, `media: "${secret}"`, `MED\u0131A:${secret}`, `MED\u0130A:${secret}`];
    configure(...names.map((name) => ({ name, to: 'ntfy:agents' })));
    for (const name of names) {
      expect(await world.run(['notify', 'test', name], { timeoutMs: 60_000 })).toMatchObject({ code: 0, stderr: '' });
    }
    // Hermes takes what it attaches out of the text.
    expect(messages()).toEqual(
      names.map((name) => expect.stringContaining(`The notifier ${name.replace(':', ' :')} works.`)),
    );
    receiver.answer = { status: 403, body: 'forbidden' };
    const refused = await world.run(['notify', 'test', `MEDIA:${secret}`], { timeoutMs: 60_000 });
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('hermes ended with 1: hermes send: ntfy HTTP 403: forbidden');
  });
});
