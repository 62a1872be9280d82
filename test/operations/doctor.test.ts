import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RegistryError } from '../../src/errors.ts';
import type { Context } from '../../src/operations/context.ts';
import { checkNode, checkTmux } from '../../src/operations/doctor/check-programs.ts';
import { doctor } from '../../src/operations/doctor.ts';
import { answers, fakeContext, reportWith, settings, triggersWith } from './fake-context.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'asm-doctor-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function contextIn(change: Partial<Context> = {}): Context {
  return {
    ...fakeContext({ passes: [reportWith({})] }).context,
    settings: {
      ...settings,
      // No hermes, whatever this machine has installed.
      hermes: { command: join(folder, 'no-hermes') },
      registry: { ...settings.registry, lock: join(folder, 'r.lock') },
      stateDir: join(folder, 'state'),
      cacheDir: folder,
      jobs: { ...settings.jobs, dir: join(folder, 'jobs') },
    },
    ...change,
  };
}

async function examined(context: Context) {
  const [answer] = await answers(doctor, context);
  const text = (answer?.text ?? '')
    .replaceAll(folder, '~')
    .replace(/(node|tmux) [\d.a-z]+$/gm, '$1 N')
    .replace(/\d+(?= of| instances| watches)/g, 'N');
  return { exit: answer?.exit, text };
}

describe('doctor', () => {
  test('names everything a run depends on', async () => {
    expect(await examined(contextIn())).toMatchInlineSnapshot(`
      {
        "exit": 0,
        "text": "ok   node N
      ok   tmux N
      ok   tmux socket /tmp/tmux-1000/default: complete list of 1 sessions
      ok   Claude: /home/me/.claude, transcripts are kept for 30 days
      ok   Antigravity: no /a, no conversation of Antigravity's to look for
      ok   registry /home/me/registry.yaml: 0 entries
      ok   lock ~/r.lock: not there yet
      ok   state folder ~/state: made by the first run
      ok   cache folder ~
      ok   jobs folder ~/jobs: not there yet
      ok   MQTT: off, no broker is configured
      ok   notifiers: none is configured
      ok   bell: on
      ok   left to the poll: renamed sessions, an agent that exits while its shell stays
      ok   inotify: N of N instances used, N watches allowed
      ok   who needs you, in tmux: set -g status-right '#(find /nowhere/state/0123abcd/line -mmin -6 -exec cat {} + 2>/dev/null)'",
      }
    `);
  });

  test('jobs that others may read are a finding', async () => {
    const dir = join(folder, 'jobs');
    mkdirSync(dir, { mode: 0o700 });
    writeFileSync(join(dir, 'a.json'), '{}', { mode: 0o600 });
    expect((await examined(contextIn())).text).toContain('ok   jobs folder ~/jobs: 1 job');
    chmodSync(join(dir, 'a.json'), 0o644);
    expect(await examined(contextIn())).toMatchObject({
      exit: 1,
      text: expect.stringContaining('bad  jobs folder ~/jobs: 1 job, 1 open to others\n     asm jobs list closes them'),
    });
    chmodSync(dir, 0o750);
    expect((await examined(contextIn())).text).toContain(
      'bad  jobs folder ~/jobs: open to others\n     chmod 700 ~/jobs',
    );
  });

  test('a registry that is refused is a finding with its cure, and ends with 1', async () => {
    const refused = new RegistryError('two keys of that name', { where: '/r.yaml:3:1', cure: 'delete one' });
    const { exit, text } = await examined(contextIn({ pass: () => Promise.reject(refused) }));
    expect(exit).toBe(1);
    expect(text).toContain('bad  two keys of that name (/r.yaml:3:1)\n     delete one');
  });

  test('where nothing tells of deaths that is a finding, with what to do', async () => {
    const because = 'no inotify watch is left (fs.inotify.max_user_watches)';
    const watched = { sockets: [], servers: [1], folders: [], registryHash: null };
    const { context } = fakeContext({ passes: [reportWith({ watched })] });
    const { exit, text } = await examined(
      contextIn({ pass: context.pass.bind(context), triggers: () => triggersWith({ on: false, because }) }),
    );
    expect(exit).toBe(1);
    expect(text).toContain(
      `bad  bell: off, ${because}\n` +
        '     raise it: sysctl fs.inotify.max_user_watches=…; until then the poll finds what changes, one interval late',
    );
  });

  test('a state folder below a file is a finding', async () => {
    writeFileSync(join(folder, 'state'), '');
    chmodSync(join(folder, 'state'), 0o600);
    const { exit, text } = await examined(contextIn());
    expect(exit).toBe(1);
    expect(text).toContain(
      'bad  state folder ~/state cannot be written\n     make ~/state a folder that you can write',
    );
  });

  test('an old tmux is a finding', async () => {
    vi.stubEnv('PATH', folder);
    const { signal } = new AbortController();
    const said: unknown[] = [];
    for (const version of ['tmux 3.1c', 'tmux 3.2', 'tmux next-3.9', 'tmux openbsd-7.8']) {
      writeFileSync(join(folder, 'tmux'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
      said.push(await checkTmux({ signal }));
    }
    vi.unstubAllEnvs();
    expect(said).toEqual([
      { id: 'tmux', ok: false, message: 'tmux 3.1c is too old', cure: 'install tmux 3.2 or newer' },
      ...['tmux 3.2', 'tmux next-3.9', 'tmux openbsd-7.8'].map((message) => ({
        id: 'tmux',
        ok: true,
        message,
        cure: null,
      })),
    ]);
  });

  test('an old node is a finding', () => {
    expect([checkNode('20.18.3').ok, checkNode('20.19.0').ok, checkNode('22.1.0').ok]).toEqual([false, true, true]);
  });
});
