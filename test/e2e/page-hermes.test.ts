import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamMessage } from '../../src/page/page-data.ts';
import { HermesWorld, versionsInFull } from './hermes-world.ts';
import { RawClient, request } from './page/raw-client.ts';
import { ask, servePage, type ServedPage } from './page/served-page.ts';
import { until } from './private-world.ts';

/** A card on a real Hermes board: the page shows it, and its user comments there. */

describe.each(versionsInFull)('a card of Hermes %s', { timeout: 300_000 }, (version) => {
  let world: HermesWorld;
  beforeEach(() => {
    world = new HermesWorld(version);
    // What the user allows concerns the local board alone.
    const config = 'tmux: { sockets: [] }\npage: { comments: true }\n';
    world.file('home/.config/agent-sessions-monitor/config.yaml', config);
  });
  afterEach(() => world.close());

  async function cardOf(page: ServedPage, isThere: (body: string) => boolean) {
    const client = await RawClient.open(page.port);
    client.send(request(page.port, 'GET /api/stream', [page.key]));
    const card = await until(
      'the card',
      () => {
        const line = client.text.split('\n').findLast((each) => each.startsWith('{"kind":"data"'));
        const message: StreamMessage = JSON.parse(line ?? '{"kind":"bye"}');
        const shown = message.kind === 'data' ? message.data.card : null;
        return shown?.comments.some(({ body }) => isThere(body)) === true ? shown : null;
      },
      60_000,
    );
    client.close();
    return card;
  }

  test('is shown with its comments, to read alone', async () => {
    const card = world.createCard();
    await world.monitor(['--board', 'hermes', '--card', card]);
    const page = await servePage(world);
    world.kanban('comment', '--', card, 'looks <b>good</b> \u202e to me');
    const shown = await cardOf(page, (body) => body.includes('good'));
    expect(shown).toMatchObject({ id: card, title: 'monitor my sessions', status: 'running', mayComment: false });
    expect(shown.comments.at(-1)).toMatchObject({ body: String.raw`looks <b>good</b> \u202e to me` });
    const headers = [page.key, 'Content-Type: application/json'];
    const refused = await ask(page, 'POST /api/comment', headers, '{"text":"stop monitoring"}');
    expect(refused?.status).toBe(403);
    expect(world.bodies(card)).not.toContain('stop monitoring');
  });

  test('on a board of its own name is shown too, beside the monitor and apart from it', async () => {
    world.kanban('boards', 'create', 'night-shift');
    const made = world.kanban('--board', 'night-shift', 'create', 'watch', '--assignee', 'nobody-there', '--json');
    const card: string = JSON.parse(made).id;
    const monitor = await world.monitor(['--board', 'hermes', '--hermes-board', 'night-shift', '--card', card]);
    const page = await servePage(world);
    world.kanban('--board', 'night-shift', 'comment', '--', card, 'hello there');
    expect((await cardOf(page, (body) => body === 'hello there')).id).toBe(card);
    await page.end('SIGTERM');
    await monitor.end('SIGTERM');
  });
});
