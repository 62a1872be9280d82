import { appendFileSync, mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TextFiles } from '../../../src/operations/find/text-files.ts';
import { anyConversation, makeFileReads } from '../../../src/system/file-reads.ts';
import { pipeAt, put, scratchFolder } from '../../observe/scratch.ts';

const kiB = 1024;

function reader(root: string) {
  const files = makeFileReads();
  const budget = { left: 10 * kiB * kiB };
  const texts = new TextFiles([root], files, budget);
  return { texts, files, budget, unread: () => files.unreadable().map(({ path, reason }) => `${path} ${reason}`) };
}

test('the lines of a file come from its end, then those of its beginning; the middle of a huge one is not read', () => {
  const root = scratchFolder();
  const path = put(join(root, 'huge.jsonl'), 'first\nsecond\n');
  truncateSync(path, 5 * kiB ** 3);
  appendFileSync(path, '\nbefore the last\nlast\n');
  const { texts, budget } = reader(root);
  const lines = texts.lines(path, 64 * kiB);
  expect(lines.slice(0, 3)).toEqual(['', 'last', 'before the last']);
  expect(lines.slice(-2)).toEqual(['second', 'first']);
  expect(10 * kiB * kiB - budget.left).toBe(128 * kiB);
  expect([...texts.cut]).toEqual([path]);
});

test('a file that is read whole is not cut, and no line comes twice', () => {
  const root = scratchFolder();
  const { texts } = reader(root);
  const path = put(join(root, 'small.jsonl'), `first\n${'x'.repeat(100 * kiB)}\nlast`);
  expect(texts.lines(path, 64 * kiB).filter((line) => line === 'first' || line === 'last')).toEqual(['last', 'first']);
  expect([...texts.cut]).toEqual([]);
});

test('a link that leads out of the folder is not followed, whatever lies at its end', () => {
  const [root, elsewhere] = [scratchFolder(), scratchFolder()];
  const secret = put(join(elsewhere, 'secret.jsonl'), 'secret');
  put(join(root, 'real/one.jsonl'), 'one');
  symlinkSync(secret, join(root, 'link.jsonl'));
  symlinkSync(elsewhere, join(root, 'folder'));
  symlinkSync(join(root, 'real'), join(root, 'inside'));
  const { texts, unread } = reader(root);
  const paths = ['link.jsonl', 'folder/secret.jsonl', 'inside/one.jsonl'].map((name) => join(root, name));
  expect(paths.map((path) => texts.lines(path, kiB))).toEqual([[], [], ['one']]);
  expect(texts.names(root, anyConversation)).toHaveLength(4);
  expect(texts.names(join(root, 'folder'), anyConversation)).toEqual([]);
  expect([...texts.leadingOut]).toEqual([...paths.slice(0, 2), join(root, 'folder')]);
  expect(unread()).toEqual([]);
});

test('a folder that is itself a link is the folder to which it leads', () => {
  const [home, disk] = [scratchFolder(), scratchFolder()];
  put(join(disk, 'one.jsonl'), 'one');
  const root = join(home, '.claude');
  symlinkSync(disk, root);
  expect(reader(root).texts.lines(join(root, 'one.jsonl'), kiB)).toEqual(['one']);
});

test('what cannot be read is said; what is not there is not', () => {
  const root = scratchFolder();
  const { texts, unread } = reader(root);
  const pipe = pipeAt(join(root, 'pipe.jsonl'));
  const folder = join(root, 'folder.jsonl');
  mkdirSync(folder);
  const [away, circle] = [join(root, 'away'), join(root, 'circle')];
  symlinkSync('/nowhere/at-all', away);
  symlinkSync(circle, circle);
  for (const path of [join(root, 'absent.jsonl'), pipe, folder, away, circle]) {
    expect(texts.lines(path, kiB)).toEqual([]);
  }
  expect(unread()).toEqual([
    `${pipe} is no regular file`,
    `${folder} is no regular file`,
    `${away} is a link to what is not there`,
    `${circle} is a link that leads back to itself`,
  ]);
  expect([...texts.leadingOut]).toEqual([]);
});

test('a root that cannot be read ends no search', () => {
  const circle = join(scratchFolder(), '.claude');
  symlinkSync(circle, circle);
  const { texts, unread } = reader(circle);
  expect(texts.lines(join(circle, 'one.jsonl'), kiB)).toEqual([]);
  expect(unread()).toContain(`${circle} is a link that leads back to itself`);
});
