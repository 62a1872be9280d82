import type { Notice, NoticeEvent } from '../../../src/tell/notify/notice-schema.ts';

export const at = Date.parse('2026-07-01T09:00:30Z');

/** Makes an event of a notice: a death by default. */
export function anEvent(more: Partial<NoticeEvent> = {}): NoticeEvent {
  const session = more.session === undefined ? 'shop-creator-claude' : more.session;
  return {
    id: 'id',
    kind: 'session-gone',
    state: 'opened',
    at: new Date(at).toISOString(),
    session,
    workspace: 'shop',
    agent: 'claude',
    message: `${session}: tmux gone. Marked terminated.`,
    ...more,
  };
}

export function aNotice(more: Partial<Notice> = {}): Notice {
  return {
    schema: 1,
    id: '0a1b2c3d',
    at: new Date(at).toISOString(),
    host: 'lab1',
    test: false,
    urgency: 'normal',
    title: 'shop-creator-claude: gone',
    text: 'shop-creator-claude: tmux gone. Marked terminated.',
    events: [anEvent()],
    left_out: 0,
    ...more,
  };
}
