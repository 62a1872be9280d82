import { expect, test, vi } from 'vitest';
import { entryId } from '../../src/core/model/entry.ts';
import { pass } from '../../src/pass/pass.ts';
import type { RegistryFile } from '../../src/registry/registry-file.ts';
import { aSession, deadPids, defaultSocket, listed, noServer } from '../core/world.ts';
import { lockedBy } from '../registry/scratch-registry.ts';
import { passWorld } from './pass-world.ts';
import { never } from '../never.ts';

const gone = (name: string, pid: number): string =>
  `  ${name}:\n    agent: claude\n    status: running\n    pane: { pid: ${pid}, cmd: claude }\n`;
const bystander = '  keep:\n    agent: claude\n    status: terminated\n';

test('a registry that cannot be written holds back no other news, and what is remembered goes on', async () => {
  const world = passWorld(`sessions:\n${gone('a', 9001)}  half:\n`);
  world.kept.observation = { panes: deadPids(9001) };
  const registryFile: RegistryFile = {
    ...world.ports.registryFile,
    ...lockedBy('pid 7 (bash)'),
  };
  for (let times = 0; times < 2; times += 1) {
    await expect(world.pass({ registryFile })).rejects.toMatchObject({
      message: 'the registry is locked by pid 7 (bash); nothing was written',
      where: '/run/lock',
    });
  }
  expect(await world.logged()).toEqual([
    'intended',
    'dropped',
    'opened registry-unreadable: half: its entry in line 6 is half typed (nothing stands under it). Left alone.',
    'entries',
    'intended',
    'dropped',
  ]);
  expect(Object.keys(world.kept.look.entries)).toEqual(['a', 'half']);
  await world.pass();
  expect((await world.ports.log.ledger()).open.size).toBe(2);
});

test('what was to be registered is not remembered while it cannot be written', async () => {
  const world = passWorld(`sessions:\n${bystander}`);
  world.kept.observation = { sockets: new Map([[defaultSocket, listed([aSession('lab-creator-claude')])]]) };
  const registryFile: RegistryFile = {
    ...world.ports.registryFile,
    ...lockedBy(),
  };
  await expect(world.pass({ registryFile })).rejects.toThrow('the registry is locked');
  expect(Object.keys(world.kept.look.entries)).toEqual(['keep']);
  await world.pass();
  expect(world.read()).toContain('lab-creator-claude:');
});

test('a deletion that the log could not take is found again: the session is not registered anew', async () => {
  const name = 'lab-creator-claude';
  const world = passWorld(`sessions:\n${bystander}`);
  world.kept.observation = { sockets: new Map([[defaultSocket, listed([aSession(name)])]]) };
  await world.pass();
  await world.pass();
  expect(world.read()).toContain(`${name}:`);

  world.write(`sessions:\n${bystander}`);
  const full = vi.spyOn(world.ports.log, 'append').mockRejectedValue(new Error('ENOSPC: no space left on device'));
  await expect(world.pass()).rejects.toThrow('ENOSPC');
  full.mockRestore();
  await world.pass();
  await world.pass();
  expect(world.read()).not.toContain(`${name}:`);
  expect((await world.logged()).filter((kind) => kind === 'tombstone')).toHaveLength(1);
});

/** Makes a file that refuses every edit of that session. */
function refusing(file: RegistryFile, session: string): RegistryFile {
  return {
    ...file,
    prepare: async (from, edits) => {
      const refused = edits.filter(({ entry }) => entryId(entry) === session);
      const rest = edits.filter((edit) => !refused.includes(edit));
      const prepared = await file.prepare(from, rest);
      return { ...prepared, refused: refused.map((edit) => ({ edit, reason: 'it is an anchor that others use' })) };
    },
  };
}

test('an edit that is refused is not announced as done; its reason is said once', async () => {
  const world = passWorld(`sessions:\n${gone('a', 9001)}${bystander}`);
  world.kept.observation = { panes: deadPids(9001) };
  const registryFile = refusing(world.ports.registryFile, 'a');
  const dry = await pass({ ...world.ports, registryFile }, 'dry-run', never);
  const result = await world.pass({ registryFile });
  expect(dry, 'a dry run shows the same').toMatchObject({
    standing: result.standing,
    opened: result.opened,
    deferred: result.deferred,
    edits: [],
  });
  expect({
    messages: result.standing.map(({ message, edits }) => [message, edits.length]),
    deferred: result.deferred,
    logged: await world.logged(),
    text: world.read(),
  }).toEqual({
    messages: [['a: tmux gone (was pane 9001, cmd claude). Left as it is: it is an anchor that others use.', 0]],
    deferred: [{ entry: { session: 'a', socket: null }, reason: 'it is an anchor that others use', until: null }],
    logged: [
      'opened session-gone: a: tmux gone (was pane 9001, cmd claude). Left as it is: it is an anchor that others use.',
      'entries',
    ],
    text: `sessions:\n${gone('a', 9001)}${bystander}`,
  });
});

test('one refused entry of a mass event holds up none of the others', async () => {
  const world = passWorld(`sessions:\n${gone('a', 9001)}${gone('b', 9002)}${gone('c', 9003)}`);
  world.kept.observation = { panes: deadPids(9001, 9002, 9003), sockets: new Map([[defaultSocket, noServer]]) };
  const result = await world.pass({ registryFile: refusing(world.ports.registryFile, 'a') });
  expect(result.standing.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /3 sessions are gone \(a, b, c\)\. Marked terminated\. Left as it is: a \(it is an anchor that others use\)\.$/,
    ),
  ]);
  expect(result.deferred).toHaveLength(1);
  expect(world.read().match(/status: \w+/g)).toEqual(['status: running', 'status: terminated', 'status: terminated']);
  // The rest of it stays open while the source is blind.
  world.kept.observation = { sockets: new Map([[defaultSocket, { blind: 'no answer', cure: 'wait' }]]) };
  expect((await world.pass()).standing.map(({ kind }) => kind)).toEqual(['tmux-server-died']);
});
