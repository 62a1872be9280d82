import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NotifierSettings } from '../../../src/config/notifier-settings.ts';
import { checkNotifiers } from '../../../src/operations/doctor/check-notifiers.ts';
import { TroubleFile } from '../../../src/system/trouble-file.ts';
import { fakeContext, settings } from '../fake-context.ts';

const since = Date.parse('2026-07-01T08:00:00Z');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'asm-doctor-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const common = { on: [], workspaces: null, quietHours: null };
const noFiles = { urlFile: null, tokenFile: null, secretFile: null };

function file(name: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, 'https://hooks.test/T0SECRET');
  chmodSync(path, mode);
  return path;
}

/** Checks these notifiers on a machine without a desktop and with no program but those of `folder`. */
const found = (...notify: NotifierSettings[]) =>
  checkNotifiers({
    ...fakeContext({}).context,
    env: { PATH: folder, XDG_RUNTIME_DIR: folder },
    settings: { ...settings, notify },
    registryStateDir: folder,
  }).map(({ ok, message, cure }) => [ok, message, cure]);

test('without a notifier all is well', () => {
  expect(found()).toEqual([[true, 'notifiers: none is configured', null]]);
});

test('a program that is missing, and a desktop that is not there', () => {
  const desktop = { kind: 'desktop', name: 'desktop', ...common } as const;
  const mine: NotifierSettings = { kind: 'command', name: 'mine', ...common, argv: ['my-notify', '--loud'] };
  const phone = { kind: 'hermes', name: 'phone', ...common, to: 'telegram' } as const;
  expect(found(desktop, mine, phone)).toEqual([
    [false, 'notifier desktop: notify-send is not installed', 'install it: apt-get install libnotify-bin'],
    [false, 'notifier mine (command): my-notify cannot be started', 'install it, or correct argv in the config'],
    [
      false,
      'notifier phone (hermes): hermes is not installed',
      'install hermes-agent, or set hermes.command in the config',
    ],
  ]);
  for (const program of ['notify-send', 'my-notify', 'hermes']) file(program, 0o755);
  expect(found(desktop, mine, phone)).toEqual([
    [
      false,
      'notifier desktop: there is no desktop here: neither a D-Bus session nor a display is known',
      'run the monitor in a desktop session',
    ],
    [true, 'notifier mine (command): runs my-notify', null],
    [true, 'notifier phone (hermes): sends by hermes send', null],
  ]);
});

test('secrets in files that are missing or open to others; no secret and no address is shown', () => {
  const url = 'https://me:T0SECRET@ntfy.test/T0SECRET?key=T0SECRET';
  const address = file('the address', 0o640);
  const missing = join(folder, 'token');
  const notifiers = [
    { kind: 'webhook', name: 'webhook', ...common, url, ...noFiles, format: 'json' },
    { kind: 'ntfy', name: 'ntfy', ...common, url, urlFile: null, tokenFile: file('token-1', 0o600) },
    { kind: 'ntfy', name: 'own', ...common, url: null, urlFile: address, tokenFile: missing },
  ] as const;
  const findings = found(...notifiers);
  expect(findings).toEqual([
    [true, 'notifier webhook: a webhook in the format json; its address is not shown', null],
    [true, 'notifier ntfy: ntfy on ntfy.test', null],
    [false, `notifier own (ntfy): the file of the address is open to others: ${address}`, `chmod 600 '${address}'`],
    [
      false,
      `notifier own (ntfy): the file of the token cannot be read (ENOENT): ${missing}`,
      'write it there, and make it readable; `docs/notify.md` says what belongs into it',
    ],
  ]);
  expect(JSON.stringify(findings)).not.toContain('T0SECRET');
});

test('since when nothing was sent, and why', () => {
  new TroubleFile(folder, 'notify', () => since).keep('my hook', 'the receiver answered 503 \u001b[31m');
  const hook = {
    kind: 'webhook',
    name: 'my hook',
    ...common,
    url: 'https://h.test/',
    ...noFiles,
    format: 'json',
  } as const;
  expect(found(hook).slice(1)).toEqual([
    [
      false,
      String.raw`notifier my hook (webhook): nothing sent since 2026-07-01T08:00:00Z: the receiver answered 503 \x1b[31m`,
      "asm notify test 'my hook'; what is due is sent by the monitor, which tries again within an hour",
    ],
  ]);
});
