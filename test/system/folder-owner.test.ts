import { chownSync, linkSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { LocalBoard } from '../../src/board/local-board.ts';
import { appendLines } from '../../src/log/append-lines.ts';
import { keepFormer } from '../../src/log/rotation.ts';
import { backUp } from '../../src/system/backups.ts';
import { makeOwnFolder } from '../../src/system/own-folder.ts';
import { stage, writeStateFile } from '../../src/system/replace-file.ts';
import { scratchFolder } from '../observe/scratch.ts';

const [root, nobody, other] = ['0:0', '65534:65533', '1234:5678'];

function ownerOf(path: string): string {
  const { uid, gid } = lstatSync(path);
  return `${uid}:${gid}`;
}

function give(path: string, owner: string): string {
  const [uid = NaN, gid = NaN] = owner.split(':').map(Number);
  chownSync(path, uid, gid);
  return path;
}

// Only root makes files in the folder of another user.
describe.skipIf(process.geteuid?.() !== 0)('what root makes in the folder of another user', () => {
  test('belongs to that user: files, logs, backups, cards and folders on the way', async () => {
    const home = give(scratchFolder(), nobody);
    const at = (name: string) => join(home, 'state', name);
    writeStateFile(at('cursors/stdout.json'), '{}');
    await appendLines(at('log.jsonl'), 'here', ['{}'], true);
    keepFormer(at('log.jsonl'));
    backUp(at('backups'), 'sessions: {}\n', 0);
    const board = new LocalBoard({ dir: at('board'), now: () => 0, author: 'tester' });
    await board.claim('card', { pid: 1, host: 'here' });
    await board.heartbeat('card', 'well');
    stage(join(home, 'registry.yaml'), 'sessions: {}\n').commit();
    const made = ['', 'cursors', 'cursors/stdout.json', 'log.jsonl', 'log.1.jsonl', 'board', 'board/card.jsonl'];
    const more = ['board/card.jsonl.heartbeat', 'backups', 'backups/1970-01-01T00-00-00.000Z.yaml', '../registry.yaml'];
    const owners = [...made, ...more].map((name) => [
      name,
      ownerOf(at(name)),
      (lstatSync(at(name)).mode & 0o077) === 0,
    ]);
    expect(owners).toEqual([...made, ...more].map((name) => [name, nobody, true]));
  });

  test('keeps its owner where it is replaced or appended to', async () => {
    const home = give(scratchFolder(), nobody);
    for (const name of ['state.json', 'log.jsonl']) {
      writeFileSync(join(home, name), '');
      give(join(home, name), other);
    }
    writeStateFile(join(home, 'state.json'), '{}');
    await appendLines(join(home, 'log.jsonl'), 'here', ['{}'], false);
    expect([ownerOf(join(home, 'state.json')), ownerOf(join(home, 'log.jsonl'))]).toEqual([other, other]);
  });

  test('stays of root in a folder of root, and where its owner is its proof', () => {
    const home = scratchFolder();
    makeOwnFolder(join(home, 'one/two'));
    writeStateFile(join(home, 'one/state.json'), '{}');
    expect(['one', 'one/two', 'one/state.json'].map((name) => ownerOf(join(home, name)))).toEqual([root, root, root]);
    give(home, nobody);
    writeStateFile(join(home, 'page.url'), '', 'writer');
    expect(ownerOf(join(home, 'page.url'))).toBe(root);
  });

  test('never comes by a link of that user: what the link leads to keeps its owner', async () => {
    const [home, roots] = [give(scratchFolder(), nobody), scratchFolder()];
    writeFileSync(join(roots, 'secret'), '');
    mkdirSync(join(roots, 'folder'));
    symlinkSync(join(roots, 'secret'), join(home, 'log.jsonl'));
    symlinkSync(join(roots, 'secret'), join(home, 'state.json'));
    symlinkSync(join(roots, 'folder'), join(home, 'cursors'));
    linkSync(join(roots, 'secret'), join(home, 'hard.jsonl'));
    await appendLines(join(home, 'log.jsonl'), 'here', ['{}'], false);
    await appendLines(join(home, 'hard.jsonl'), 'here', ['{}'], false);
    writeStateFile(join(home, 'state.json'), '{}');
    writeStateFile(join(home, 'cursors/new/stdout.json'), '{}');
    const left = ['secret', 'folder', 'folder/new', 'folder/new/stdout.json'].map((name) => ownerOf(join(roots, name)));
    expect(left).toEqual([root, root, root, root]);
  });

  test('is written all the same where root may not give it away', () => {
    const home = give(scratchFolder(), nobody);
    // To the system this process is a user who may write there and may give nothing away.
    vi.spyOn(process, 'geteuid').mockReturnValue(0);
    process.setegid?.(1234);
    process.seteuid?.(65_534);
    onTestFinished(() => {
      process.seteuid?.(0);
      process.setegid?.(0);
      vi.restoreAllMocks();
    });
    writeStateFile(join(home, 'cursors/stdout.json'), '{}');
    expect(readFileSync(join(home, 'cursors/stdout.json'), 'utf8')).toBe('{}');
    expect(ownerOf(join(home, 'cursors/stdout.json'))).toBe('65534:1234');
  });
});
