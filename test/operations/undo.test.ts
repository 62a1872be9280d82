import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Edit } from '../../src/core/model/drift.ts';
import type { LoggedDrift } from '../../src/log/log.ts';
import { FileLog } from '../../src/log/file-log.ts';
import type { Context } from '../../src/operations/context.ts';
import { undo } from '../../src/operations/undo.ts';
import { aDrift } from '../log/a-drift.ts';
import { lockedBy, scratchRegistry, swapOnce, type ScratchRegistry } from '../registry/scratch-registry.ts';
import { answers, fakeContext } from './fake-context.ts';

const before = `sessions:
  shop: # by hand
    status: running
    last_visible_status: working
  blog:
    status: running
`;

let registry: ScratchRegistry;
let context: Context;
let log: FileLog;
beforeEach(async () => {
  registry = await scratchRegistry(before);
  log = new FileLog({
    dir: join(registry.folder, 'log'),
    registryPath: '/r',
    place: 'here',
    now: () => 1_000_000,
    warn: () => undefined,
  });
  context = { ...fakeContext({}).context, log: () => log, registryFile: () => registry.file };
});

const set = (session: string, key: string, to: string): Edit => ({
  op: 'set',
  entry: { session, socket: null },
  path: [key],
  from: undefined,
  to,
});
const drift = (id: string, edits: readonly Edit[], more: Partial<LoggedDrift> = {}): LoggedDrift =>
  aDrift({ id, key: id, message: `${id} was repaired.`, edits, ...more });

/**
 * Writes these drifts as a pass does; `silent` edits belong to none.
 * @returns the event of the intent
 */
async function repair(drifts: readonly LoggedDrift[], silent: readonly Edit[] = []): Promise<string> {
  const read = await registry.file.read({ knowsEntries: true, registered: new Set(), mayCache: false });
  if (read.kind !== 'read') throw new Error('unreadable');
  const edits = [...drifts.flatMap((one) => one.edits), ...silent];
  const prepared = await registry.file.prepare(read, edits);
  const { hash, entryHashes, undo: data } = prepared;
  const by = { pid: 1, start: '1' };
  const [intended] = await log.append([
    { kind: 'intended', drifts, edits, before: read.registry.hash, after: hash, entryHashes, undo: data, by },
  ]);
  expect(await swapOnce(registry.file, read.registry.hash, prepared)).toBe('swapped');
  await log.append([{ kind: 'applied', of: intended?.event ?? '' }]);
  return intended?.event ?? '';
}

const text = () => readFile(registry.path, 'utf8');
const run = async (...words: readonly string[]) => (await answers(undo, context, { words }))[0];
const undone = async () =>
  (await log.read()).flatMap((event) => (event.kind === 'undone' ? [`${event.drift} ${event.entryId}`] : []));

describe('undo', () => {
  test('takes back one repair of a pass, and leaves the others', async () => {
    await repair([
      drift('shop-is-gone', [set('shop', 'status', 'terminated')]),
      drift('blog-is-gone', [set('blog', 'status', 'terminated')]),
    ]);
    const answer = await run('shop-is-gone');
    expect(answer?.text).toBe('took back:\n   shop-is-gone was repaired.');
    expect(await text()).toBe(before.replace(/(blog:\n.*)running/, '$1terminated'));
    expect(await undone()).toEqual(['shop-is-gone shop']);
    await run();
    expect(await text()).toBe(before);
    await expect(run()).rejects.toMatchObject({ code: 2, message: 'there is no repair to take back' });
  });

  test('takes one repair of an entry back and keeps what the same pass wrote beside it, in either order', async () => {
    const drifts = [
      drift('is-gone', [set('shop', 'status', 'terminated')]),
      drift('has-id', [set('shop', 'claude_session_id_own', '87dc')]),
    ];
    await repair(drifts, [set('shop', 'last_visible_status', 'idle')]);
    const both = await text();
    await run('is-gone');
    expect(await text()).toBe(both.replace('status: terminated', 'status: running'));
    await run('has-id');
    expect(await text()).toBe(before.replace('working', 'idle'));
    expect(await undone(), 'the first one stays taken back').toEqual(['is-gone shop', 'is-gone shop', 'has-id shop']);
  });

  test('takes back the rest of a mass event if the user changed one entry since', async () => {
    const edits = [set('shop', 'status', 'terminated'), set('blog', 'status', 'terminated')];
    await repair([drift('all-are-gone', edits, { session: null, sessions: ['shop', 'blog'] })]);
    const changed = (await text()).replace('by hand', 'again');
    await writeFile(registry.path, changed);
    const answer = await run();
    expect(answer?.text).toBe(
      'took back:\n   all-are-gone was repaired.\n   left as it is: the entry of shop was changed since',
    );
    expect(await text()).toBe(changed.replace(/(blog:\n.*)terminated/, '$1running'));
    expect(await undone()).toEqual(['all-are-gone blog']);
  });

  test('passes over a repair whose text was changed since; named, it is refused with the possible ones', async () => {
    await repair([drift('blog-is-gone', [set('blog', 'status', 'terminated')])]);
    await repair([drift('shop-is-gone', [set('shop', 'status', 'terminated')])]);
    const changed = (await text()).replace('by hand', 'again');
    await writeFile(registry.path, changed);
    await expect(run('shop-is-gone')).rejects.toMatchObject({
      code: 3,
      message: 'the repair cannot be taken back: the entry of shop was changed since',
      cure: 'edit the entry by hand; another can be taken back: asm undo blog-is-',
    });
    expect((await run())?.text).toBe('took back:\n   blog-is-gone was repaired.');
    await expect(run()).rejects.toMatchObject({
      code: 3,
      cure: 'edit the entry by hand; no other repair can be taken back',
    });
  });

  test('a lock with an unknown holder is told by its file', async () => {
    await repair([drift('shop-is-gone', [set('shop', 'status', 'terminated')])]);
    context = { ...context, registryFile: () => ({ ...registry.file, ...lockedBy() }) };
    await expect(run()).rejects.toMatchObject({
      code: 3,
      message: 'the registry is locked; nothing was written',
      where: '/run/lock',
    });
    expect(await undone()).toEqual([]);
  });

  test('an event names its repair; of several, one is to be named', async () => {
    const event = await repair([drift('shop-is-gone', [set('shop', 'status', 'terminated')])]);
    await run(event.slice(0, 8));
    expect(await text()).toBe(before);
    await expect(run(event)).rejects.toMatchObject({ code: 2, message: 'that repair was taken back before' });
    const both = await repair([
      drift('shop-left', [set('shop', 'status', 'terminated')]),
      drift('blog-left', [set('blog', 'status', 'terminated')]),
    ]);
    await expect(run(both)).rejects.toMatchObject({
      code: 2,
      message: 'that event wrote 2 repairs',
      cure: 'name one of them by its drift: blog-lef, shop-lef',
    });
    await expect(run('nothing')).rejects.toMatchObject({ code: 2, message: 'there is no repair nothing' });
  });
});
