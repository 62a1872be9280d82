import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { listedAs } from '../../../src/core/place/tmux-name.ts';
import { behaviourOf } from '../../../src/core/place/tmux-versions.ts';
import { processReader } from '../../../src/observe/process/process-reader.ts';
import { askSocket } from '../../../src/observe/tmux/tmux.ts';
import { kill, until } from '../../e2e/private-world.ts';
import { tmuxFolders } from '../../e2e/tmux-folders.ts';
import { privateTmux } from '../private-tmux.ts';
import { never } from '../../never.ts';

describe.each(tmuxFolders())('tmux: %s', (_, folder) => {
  beforeEach(() => {
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
    return () => vi.unstubAllEnvs();
  });

  /** Returns what the table says of this version, and what a look at the usual socket tells. */
  async function look(socket: string) {
    const { seen } = await askSocket(
      socket,
      { program: 'tmux', deadlineMs: 60_000 },
      processReader('linux', 2_000).look(never),
      never,
    );
    if ('blind' in seen || seen.known.server === null) throw new Error(JSON.stringify(seen));
    const { server } = seen.known;
    return { ...server, behaviour: behaviourOf(server.version) };
  }

  /** Asks a tmux that may refuse. @returns what it printed; `null`: refused */
  function tries(socket: string, ...words: readonly string[]): string | null {
    const { status, stdout } = spawnSync('tmux', ['-u', '-S', socket, ...words], { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : null;
  }

  test('names of sessions are listed as the table says, and each is found', async () => {
    const tmux = privateTmux();
    tmux.open('default', 'shop');
    const socket = tmux.socketPath('default');
    const { version, behaviour } = await look(socket);
    const named = async (name: string): Promise<string | null> => {
      const id = tries(socket, 'new-session', '-d', '-P', '-F', '#{session_id}', '-s', name, 'sleep', '3600');
      return id === null ? null : ((await look(socket)).sessions.find((one) => one.id === id)?.name ?? null);
    };
    const { dotsInNames, dollarsInNames, controlsInNames, emptyName } = behaviour;
    expect({
      dots: await named('a.b:c'),
      dollars: await named('a$b'),
      controls: await named('tab\there'),
      backslash: await named('back\\slash'),
      nothing: await named(''),
    }).toEqual({
      dots: { 'become _': 'a_b_c', 'are refused': null, stay: 'a.b:c' }[dotsInNames],
      dollars: { 'are escaped': 'a\\$b', stay: 'a$b' }[dollarsInNames],
      controls: { 'are escaped': 'tab\\there', 'are refused': null }[controlsInNames],
      backslash: 'back\\\\slash',
      nothing: { 'is accepted': '', 'is refused': null }[emptyName],
    });
    const { sessions } = await look(socket);
    for (const written of ['a$b', 'back\\slash'])
      expect(sessions.filter(({ name }) => listedAs(written, version).includes(name))).toHaveLength(1);
  });

  test('a pane without a process is dead, whatever the version says of its pid', async () => {
    const tmux = privateTmux();
    const { pane } = tmux.open('default', 'shop');
    const socket = tmux.socketPath('default');
    tmux.run('default', 'set-option', '-w', 'remain-on-exit', 'on');
    const empty = tmux.run('default', 'split-window', '-d', '-P', '-F', '#{pane_id} #{pane_dead}', '');
    kill(pane, 'SIGKILL');
    const panes = await until('the pane to be dead', async () => {
      const [session] = (await look(socket)).sessions;
      return session?.panes.every(({ dead }) => dead) ? session.panes : null;
    });
    const { pidOfDeadPane, emptyPane } = (await look(socket)).behaviour;
    expect(empty).toBe(`%1 ${{ 'is dead': 1, 'is not dead': 0 }[emptyPane]}`);
    expect(panes.map(({ id, pid }) => [id, pid])).toEqual([
      ['%0', { 'is told': pane, 'is not told': null }[pidOfDeadPane]],
      ['%1', null],
    ]);
  });

  test('a folder comes as it is, but for control characters where the table says so', async () => {
    const tmux = privateTmux();
    const odd = join(tmux.work, '$HOME ${x} \\t \t tab, \n line, esc \u001b');
    mkdirSync(odd);
    tmux.open('default', 'shop', ['-c', odd]);
    const socket = tmux.socketPath('default');
    const { printed } = (await look(socket)).behaviour;
    const told = printed === 'as it is' ? odd : odd.replace('\u001b', '\\033');
    await until('the pane to be in its folder', async () =>
      (await look(socket)).sessions.every(({ panes }) => panes.every(({ cwd }) => cwd === told)),
    );
  });

  test('a server may refuse other users where the table says so', async () => {
    const tmux = privateTmux();
    tmux.open('default', 'shop');
    const socket = tmux.socketPath('default');
    const knows = tries(socket, 'list-commands', '-F', '#{command_list_name}', 'server-access') === 'server-access';
    expect(knows).toBe((await look(socket)).behaviour.accessList === 'yes');
  });
});
