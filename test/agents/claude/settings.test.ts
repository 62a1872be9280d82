import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { makeCleanupReader, startsOf } from '../../../src/agents/claude/settings.ts';
import { pipeAt, processLike, put, scratchFolder } from '../../observe/scratch.ts';

let home: string;
let root: string;
let shop: string;
beforeEach(() => {
  home = scratchFolder();
  root = join(home, '.claude');
  shop = join(home, 'w/shop');
});

const keeps = (days: unknown): string => JSON.stringify({ model: 'x', cleanupPeriodDays: days });
const managed = (): string => join(home, 'etc');

/** Returns the setting that rules the root if Claudes start so; by default one starts in the shop's folder. */
function ruling(starts: readonly { readonly cwd: string; readonly argv: readonly string[] }[] = [inShop()]) {
  return makeCleanupReader(managed())(new Map([[root, starts]])).get(root);
}

function inShop(...argv: string[]) {
  return { cwd: shop, argv: ['claude', ...argv] };
}

describe('which settings rule the clean-up', () => {
  test('managed before an option, before local, project and user settings, before the default', () => {
    expect(ruling()).toEqual({ cleanupDays: 30 });
    const said: unknown[] = [];
    for (const [days, path] of [
      [11, join(root, 'settings.json')],
      [12, join(shop, '.claude/settings.json')],
      [13, join(shop, '.claude/settings.local.json')],
      [14, join(managed(), 'managed-settings.json')],
      [15, join(managed(), 'managed-settings.d/10-base.json')],
      [16, join(managed(), 'managed-settings.d/20-team.json')],
    ] as const) {
      put(path, keeps(days));
      said.push(ruling());
      expect(said.at(-1)).toEqual({ cleanupDays: days, cleanupSetBy: path });
    }
    expect(said).toHaveLength(6);
  });

  test('an option holds for the Claude that was started with it', () => {
    put(join(root, 'settings.json'), keeps(11));
    put(join(shop, '.claude/settings.local.json'), keeps(13));
    const own = put(join(shop, 'own.json'), keeps(9));
    expect(ruling([inShop('--settings', keeps(8))])).toEqual({ cleanupDays: 8, cleanupSetBy: '--settings' });
    expect(ruling([inShop('--settings=own.json')])).toEqual({ cleanupDays: 9, cleanupSetBy: own });
    expect(ruling([inShop('--settings', '{"model":"x"}')])?.cleanupDays).toBe(13);
    expect(ruling([inShop('--setting-sources', 'user,project')])?.cleanupDays).toBe(11);
    expect(ruling([inShop('--setting-sources=project')])).toEqual({ cleanupDays: 30 });
  });

  test('each start cleans up the whole root, so the shortest time rules', () => {
    const other = join(home, 'w/other');
    put(join(root, 'settings.json'), keeps(90));
    put(join(other, '.claude/settings.json'), keeps(7));
    expect(ruling()?.cleanupDays).toBe(90);
    expect(ruling([inShop(), { cwd: other, argv: [] }])?.cleanupDays).toBe(7);
    put(join(managed(), 'managed-settings.json'), keeps(999_999));
    expect(ruling([inShop(), { cwd: other, argv: [] }])?.cleanupDays).toBe(999_999);
  });

  test('settings that are half written, or say no whole day, say nothing', () => {
    put(join(root, 'settings.json'), keeps(11));
    const path = join(shop, '.claude/settings.json');
    for (const text of ['', '{"cleanupPer', '[]', 'null', keeps('9'), keeps(0), keeps(-1), keeps(null)]) {
      put(path, text);
      expect(ruling()?.cleanupDays, text).toBe(11);
    }
  });

  test('what is no regular file is not waited for, and hides nothing', () => {
    put(join(root, 'settings.json'), keeps(11));
    mkdirSync(join(shop, '.claude/settings.json'), { recursive: true });
    pipeAt(join(shop, '.claude/settings.local.json'));
    mkdirSync(managed());
    pipeAt(join(managed(), 'managed-settings.json'));
    symlinkSync('managed-settings.d', join(managed(), 'managed-settings.d'));
    expect(ruling()?.cleanupDays).toBe(11);
    expect(ruling([inShop('--settings', '/dev/zero')])?.cleanupDays).toBe(11);
  });

  test('a change is seen by the next look', () => {
    const read = makeCleanupReader(managed());
    const days = () => read(new Map([[root, [inShop()]]])).get(root)?.cleanupDays;
    const path = put(join(shop, '.claude/settings.json'), keeps(7));
    expect([days(), days()]).toEqual([7, 7]);
    put(path, keeps(100));
    expect(days()).toBe(100);
  });
});

test('Claudes start in the folders of the living ones of that root, and of entries', () => {
  const agents = [
    processLike({ cwd: '/w/a', folders: { CLAUDE_CONFIG_DIR: '/one' }, argv: ['claude', '-c'] }),
    processLike({ cwd: '/w/b', folders: { CLAUDE_CONFIG_DIR: '/two' } }),
    processLike({ cwd: '/w/b', folders: { CLAUDE_CONFIG_DIR: '/two' } }),
    processLike({ cwd: null }),
  ];
  const folders = [
    { cwd: '/w/c', root: null, ids: [] },
    { cwd: '/w/d', root: '/two', ids: [] },
    { cwd: 'not/absolute', root: null, ids: [] },
  ];
  const starts = startsOf(['/one', '/two'], agents, folders);
  const cwds = (path: string) => starts.get(path)?.map(({ cwd }) => cwd);
  expect([cwds('/one'), cwds('/two')]).toEqual([
    ['/w/a', '/w/c'],
    ['/w/b', '/w/c', '/w/d'],
  ]);
});
