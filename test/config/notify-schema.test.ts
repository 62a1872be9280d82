import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agentFacts } from '../../src/agents/agent-facts.ts';
import { usualNotices } from '../../src/config/defaults.ts';
import { resolveSettings } from '../../src/config/settings.ts';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'asm-config-'))));
afterEach(() => rmSync(home, { recursive: true }));

/** Returns the notifiers of a config that lists these. */
async function load(...notifiers: readonly object[]) {
  const path = join(home, 'config.yaml');
  writeFileSync(path, `notify: ${JSON.stringify(notifiers)}\n`);
  const settings = await resolveSettings({ flags: { config: path }, env: {}, home, cwd: '/some/where' }, agentFacts);
  return settings.notify;
}

test('what is left out: its kind is its name, the usual kinds, all workspaces, no quiet hours', async () => {
  const url = 'https://h.test/x';
  const common = { on: usualNotices, workspaces: null, quietHours: null };
  expect(await load({ kind: 'webhook', url }, { kind: 'ntfy', url_file: '~/topic', token_file: 'token' })).toEqual([
    {
      kind: 'webhook',
      name: 'webhook',
      ...common,
      url,
      urlFile: null,
      tokenFile: null,
      secretFile: null,
      format: 'json',
    },
    {
      kind: 'ntfy',
      name: 'ntfy',
      ...common,
      url: null,
      urlFile: join(home, 'topic'),
      tokenFile: join(home, 'token'),
    },
  ]);
});

const secret = 'SECRET';
test.each([
  [[{ kind: 'mail' }], 'notify.0.kind'],
  [[{ kind: 'webhook' }], 'expected either url or url_file'],
  [[{ kind: 'ntfy', url: 'https://h.test/x', url_file: '~/x' }], 'expected either url or url_file'],
  [[{ kind: 'webhook', url: `ftp://me:${secret}@h/${secret}` }], 'expected an address that begins with http://'],
  [[{ kind: 'webhook', url: `https//${secret}` }], 'expected an address that begins with http://'],
  [[{ kind: 'desktop', on: ['session-gon'] }], 'notify.0.on.0: expected one of'],
  [[{ kind: 'desktop', quiet_hours: '22-7' }], 'expected hours such as 22:00-07:00'],
  [[{ kind: 'desktop', quiet_hours: '24:00-07:00' }], 'expected hours such as 22:00-07:00'],
  [[{ kind: 'desktop', quiet_hours: '07:00-07:00' }], 'expected an end other than the beginning'],
  [[{ kind: 'command', argv: [] }], 'expected a program and its arguments'],
  [[{ kind: 'command', argv: 'cat' }], 'notify.0.argv'],
  [[{ kind: 'desktop', token: secret }], 'notify.0'],
  [[{ kind: 'desktop' }, { kind: 'desktop' }], 'a second notifier is called desktop: give one of them another name'],
  [
    [
      { kind: 'desktop', name: 'Phone' },
      { kind: 'hermes', to: 'x', name: 'phone' },
    ],
    'a second notifier is called phone',
  ],
  [[{ kind: 'desktop', name: 'a\u001b[31m' }], 'expected a name of at most 60 bytes, without control characters'],
  [[{ kind: 'desktop', name: '\ud800' }], 'expected a name of at most 60 bytes, without control characters'],
  [[{ kind: 'desktop', name: '状'.repeat(21) }], 'expected a name of at most 60 bytes, without control characters'],
])('%j is refused in the user’s words, without a secret', async (notifiers, message) => {
  const refusal = await load(...notifiers).then(
    () => expect.fail('it was not refused'),
    (error: Error & { code: number }) => error,
  );
  expect(refusal).toMatchObject({ code: 2, message: expect.stringContaining(message) });
  expect(refusal.message).not.toContain(secret);
});
