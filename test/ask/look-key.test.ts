import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Settings } from '../../src/config/settings.ts';
import { lookKey, type LookDependsOn } from '../../src/ask/look-key.ts';
import { settings } from '../operations/fake-context.ts';

const root = mkdtempSync(join(tmpdir(), 'asm-key-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeAll(() => {
  for (const folder of ['a', 'b', 'empty', 'links']) mkdirSync(join(root, folder));
  for (const folder of ['a', 'b']) {
    writeFileSync(join(root, folder, 'tmux'), '#!/bin/sh\n');
    chmodSync(join(root, folder, 'tmux'), 0o755);
  }
  symlinkSync(join(root, 'a/tmux'), join(root, 'links/tmux'));
});

const path = (...folders: string[]) => ({ PATH: folders.map((folder) => join(root, folder)).join(':') });
const base = (): LookDependsOn => ({ settings, version: '1.0.0', home: '/home/me', place: 'aaaa', env: path('a') });
const key = (change: Partial<LookDependsOn> = {}) => lookKey({ ...base(), ...change });
const withSettings = (change: Partial<Settings>) => key({ settings: { ...settings, ...change } });

test('is the same for the same, and short', () => {
  expect(key()).toMatch(/^[0-9a-f]{32}$/);
  expect(key()).toBe(key());
});

test.each<[string, () => string]>([
  ['another version', () => key({ version: '1.0.1' })],
  ['another home', () => key({ home: '/home/you' })],
  ['another place', () => key({ place: 'bbbb' })],
  ['another tmux', () => key({ env: path('empty', 'b', 'a') })],
  ['no tmux', () => key({ env: path('empty') })],
  ['another registry', () => withSettings({ registry: { ...settings.registry, path: '/home/me/other.yaml' } })],
  [
    'a setting of the registry that a later version has',
    () => withSettings({ registry: Object.assign({ later: true }, settings.registry) }),
  ],
  ['another pattern', () => withSettings({ registry: { ...settings.registry, registerPattern: /^x$/u } })],
  ['other sockets', () => withSettings({ tmux: { ...settings.tmux, sockets: ['/tmp/other'] } })],
  ['another TMUX_TMPDIR', () => withSettings({ tmux: { ...settings.tmux, tmpdir: '/run/me' } })],
  ['another folder of an agent', () => withSettings({ agents: { ...settings.agents, claude: ['/home/me/.other'] } })],
  ['another snooze', () => withSettings({ attention: { ...settings.attention, snooze: ['shop'] } })],
  ['another folder of jobs', () => withSettings({ jobs: { ...settings.jobs, dir: '/elsewhere' } })],
  ['another cache', () => withSettings({ cacheDir: '/elsewhere' })],
])('%s is another look', (_name, changed) => expect(changed()).not.toBe(key()));

test.each<[string, () => string]>([
  ['the folders before tmux in PATH', () => key({ env: path('empty', 'a', 'b') })],
  ['a link to the same tmux', () => key({ env: path('links') })],
  ['how the program was started', () => withSettings({ registry: { ...settings.registry, program: ['node', 'x'] } })],
  ['colour and level of the log', () => withSettings({ color: true, logLevel: 'debug' })],
  ['what only a monitor does', () => withSettings({ monitor: { ...settings.monitor, intervalMs: 1_000 } })],
  ['where the config file is', () => withSettings({ configPath: '/tmp/config.yaml' })],
  ['what its text is', () => withSettings({ configText: { path: '/tmp/config.yaml', hash: 'other' } })],
])('%s changes nothing', (_name, changed) => expect(changed()).toBe(key()));
