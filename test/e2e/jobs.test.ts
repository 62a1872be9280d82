import { existsSync, chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PrivateWorld, program, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

const session = 'shop-creator-claude';
const secret = 'paint the secret door red';

async function ok(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await world.run(words);
  expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
  return stdout.trim();
}

const submit = (name = session): Promise<string> => ok('jobs', 'submit', '--session', name, '--prompt', secret);

async function refused(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await world.run(words);
  expect({ words, code, stdout, stderr }).toMatchObject({ code: 2, stdout: '' });
  return stderr.split('\n')[0] ?? '';
}

async function stateOf(name = session): Promise<string> {
  const { stdout } = await world.run(['status', '--json']);
  return JSON.parse(stdout).sessions.find((one: { session: string }) => one.session === name).state;
}

/** Returns the events of the registry's log. */
function logged() {
  const folder = readdirSync(world.state).find((name) => /^[0-9a-f]{8}$/.test(name)) ?? '';
  const text = readFileSync(join(world.state, folder, 'log.jsonl'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const jobsFolder = (): string => join(world.home, '.local/state/delegate-job/jobs');

describe('a job and its session', () => {
  test('submitted, started, its session killed: told once with the death; ended, it is closed', async () => {
    await world.openSession(session);
    await world.openSession('blog-creator-claude');
    await world.reconcile();
    const monitor = await world.monitor();
    const id = await submit();
    expect([statSync(jobsFolder()).mode & 0o777, statSync(join(jobsFolder(), `${id}.json`)).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
    expect(world.readRegistry()).toContain(`    delegate_job_id: ${id}\n`);
    const short = id.slice(0, 4);
    expect(await stateOf()).toBe(`alive · job ${short} queued`);
    await ok('jobs', 'event', short, 'started');
    expect(await stateOf()).toBe(`alive · job ${short} running <1m`);

    world.tmux(['kill-session', '-t', `=${session}`]);
    const orphaned =
      `${session}: delegate job ${id} is running, but its session is gone. ` +
      `Resume the session, or end the job: asm jobs event ${id} failed`;
    const lines = async (): Promise<readonly string[]> => {
      const all = (await world.comments(monitor.card)).flatMap((body) => body.split('\n'));
      return all.filter((line) => line.startsWith(`${session}: `) && !line.includes('Auto-registered'));
    };
    await until('the orphaned job on the card', async () => (await lines()).includes(orphaned));
    expect(await stateOf()).toBe('terminated · job was running!');
    expect(
      (await ok('explain', session))
        .split('\n')
        .slice(1)
        .filter((line) => line.includes('job')),
    ).toMatchObject([
      expect.stringMatching(new RegExp(`^evidence .* jobs: job ${id} is running since `)),
      `drift     O  ${orphaned}`,
    ]);
    await ok('jobs', 'event', id, 'failed', '--exit', '137');
    await until('the drift to be closed', async () => (await world.reconcile()).document.standing.length === 0);
    expect(await stateOf()).toBe('terminated · job failed');
    expect(await lines()).toEqual([expect.stringContaining('Marked terminated.'), orphaned]);
    await monitor.end('SIGTERM');
    expectNowhere(secret);
    expect(await ok('jobs', 'show', id)).toContain(`prompt    ${secret}`);
  });

  test('killed and its job cancelled by the same hand: the card hears of the death alone', async () => {
    await world.openSession(session);
    await world.openSession('blog-creator-claude');
    await world.reconcile();
    const monitor = await world.monitor();
    const id = await submit();
    await ok('jobs', 'event', id, 'started');
    world.tmux(['kill-session', '-t', `=${session}`]);
    const opened = await until('the drift', () => logged().find(({ drift }) => drift?.kind === 'job-orphaned'));
    await ok('jobs', 'event', '--session', session, 'deleted');
    const closed = await until('its end', () =>
      logged().find(({ kind, id: of }) => kind === 'resolved' && of === opened.drift.id),
    );
    await until('the card', async () => (await world.comments(monitor.card)).join().includes('Marked terminated.'));
    // It is held back for 5 s: on a machine that was slower it is told by right.
    const isInTime = Date.parse(closed.at) - Date.parse(opened.at) < 4_000;
    if (isInTime) expect((await world.comments(monitor.card)).join()).not.toContain('delegate job');
    await monitor.end('SIGTERM');
  });

  test("a running monitor does not take the submit for a user's edit", async () => {
    await world.openSession(session);
    await world.reconcile();
    const monitor = await world.monitor();
    const remembered = (): { textHash: string; textSince: number } => {
      const [registry] = Object.values<any>(
        JSON.parse(readFileSync(join(world.cache, 'agent-sessions-monitor/shop.state'), 'utf8')),
      );
      return registry.entries[session];
    };
    const before = await until('a look', () => (remembered().textHash === '' ? null : remembered()));
    const id = await submit();
    const after = await until('a look at the new text', () =>
      remembered().textHash === before.textHash ? null : remembered(),
    );
    expect(after.textSince).toBe(before.textSince);
    world.tmux(['kill-session', '-t', `=${session}`]);
    await until('the death', () => world.readRegistry().includes('status: terminated'));
    expect(world.readRegistry()).toContain(`delegate_job_id: ${id}`);
    await until('the card', async () => (await world.comments(monitor.card)).join().includes('Marked terminated.'));
    await monitor.end('SIGTERM');
  });

  test('a death right after the submit is decided by a single pass at once', async () => {
    await world.openSession(session);
    await world.openSession('blog-creator-claude');
    await world.reconcile();
    await submit();
    world.tmux(['kill-session', '-t', `=${session}`]);
    const { document } = await world.reconcile(['--dry-run']);
    expect(document.drifts.map(({ kind }: { kind: string }) => kind)).toContain('session-gone');
    expect(document.deferred).toEqual([]);
  });
});

describe('the registry', () => {
  const map = `# by hand\nsessions:\n  ${session}: # the shop\n    agent: claude\n    status: running   # yes\n\n  other: { status: terminated, delegate_job_id: null }\n`;
  const list = `sessions:\r\n- name: "${session}"\r\n  status: running\r\n  delegate_job_id: 'gone-1' # old\r\n  mine: [1,  2]\r\n`;

  test('gets the key where it is missing, and not a byte beside it', async () => {
    world.writeRegistry(map, 60);
    const id = await submit();
    const line = `    delegate_job_id: ${id}\n`;
    expect(world.readRegistry().replace(line, '')).toBe(map);
    const other = await submit('other');
    expect(world.readRegistry().replace(line, '')).toBe(map.replace('_id: null', `_id: ${other}`));
  });

  test('of the list style gets the new id in the place and style of one that is over', async () => {
    world.writeRegistry(list, 60);
    const first = await submit();
    expect(world.readRegistry()).toBe(list.replace('gone-1', first));
    for (const event of ['done', 'failed', 'deleted']) {
      const id = (await ok('jobs', 'show', '--session', session)).split(' ')[0] ?? '';
      await ok('jobs', 'event', id, event);
      const next = await submit();
      expect(world.readRegistry()).toBe(list.replace('gone-1', next));
    }
  });

  test('is not touched where the job still waits or runs, where the field is pinned, or the entry left alone', async () => {
    const more = (name: string, fields: string): string => `  ${name}:\n    status: running\n${fields}`;
    world.writeRegistry(
      `sessions:\n${more(session, '')}${more('pinned', '    monitor: { pin: [delegate_job_id] }\n')}` +
        more('ignored', '    monitor: { ignore: true }\n') +
        more('broken', '    delegate_job_id: broken\n') +
        '  paused:\n    status: paused\n',
      60,
    );
    const id = await submit();
    writeFileSync(join(jobsFolder(), 'broken.json'), '{', { mode: 0o600 });
    const text = world.readRegistry();
    const again = (name: string): Promise<string> => refused('jobs', 'submit', '--session', name, '--prompt', secret);
    expect(await again(session)).toContain(`${session} has a job that is queued: ${id}`);
    await ok('jobs', 'event', id, 'started');
    expect(await again(session)).toContain('has a job that is running');
    expect(await again('pinned')).toContain('pinned has delegate_job_id pinned');
    expect(await again('ignored')).toContain('ignored is left alone');
    expect(await again('paused')).toContain('paused is left alone');
    const broken = await world.run(['jobs', 'submit', '--session', 'broken', '--prompt', secret]);
    expect([broken.code, broken.stdout, broken.stderr.split('\n')[0]]).toEqual([
      4,
      '',
      'broken has a job, and whether it runs cannot be seen: job broken cannot be read: it is not JSON',
    ]);
    expect(await again('nobody')).toContain('there is no session nobody');
    expect(world.readRegistry()).toBe(text);
    expect(readdirSync(jobsFolder()).toSorted()).toEqual([`${id}.json`, 'broken.json'].toSorted());
  });

  test('that cannot be written leaves no job behind', async () => {
    world.writeRegistry(
      `sessions:\n  ${session}:\n    status: running\n    delegate_job_id: &none null\n    x: *none\n`,
      60,
    );
    const { code, stderr } = await world.run(['jobs', 'submit', '--session', session, '--prompt', secret]);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('anchor') });
    expect(existsSync(jobsFolder())).toBe(false);
  });

  test('that is locked when the submit is killed: the job waits, and the list says that no entry names it', async () => {
    world.writeRegistry(map, 60);
    const script = 'exec 9>"$0" && flock 9 && echo locked && exec sleep 3600';
    const holder = world.startOther('sh', ['-c', script, `${world.registry}.lock`]);
    await until('the lock', () => holder.stdout().includes('locked'));
    const submitting = world.start(['jobs', 'submit', '--session', session, '--prompt', secret]);
    const orphan = await until('the job', () => readdirSync(jobsFolder()).find((file) => /^[\w-]+\.json$/.test(file)));
    await submitting.end('SIGKILL');
    await holder.end('SIGKILL');
    expect(world.readRegistry()).toBe(map);
    const id = await submit();
    const [, ...rows] = (await ok('jobs', 'list')).split('\n');
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual([
      [orphan.slice(0, -'.json'.length), 'queued', `${session}, whose entry does not name it`],
      [id, 'queued', session],
    ]);
  });

  test('has the submit in its history, and undo takes it back', async () => {
    world.writeRegistry(map, 60);
    const id = await submit();
    expect((await ok('history')).split('\n').slice(-2)).toEqual([
      expect.stringMatching(new RegExp(`- job      ${session}: job ${id} submitted\\.$`)),
      `   delegate_job_id: → ${id}`,
    ]);
    expect(await ok('undo')).toBe(
      `took back:\n   ${session}: job ${id} submitted. The job is kept: asm jobs event ${id} deleted cancels it.`,
    );
    expect(world.readRegistry()).toBe(map);
    expect(await refused('undo')).toContain('there is no repair to take back');
  });

  test('undo says of a job that is over, or gone, that it is', async () => {
    world.writeRegistry(map, 60);
    const id = await submit();
    await ok('jobs', 'event', id, 'deleted');
    expect(await ok('undo')).toBe(`took back:\n   ${session}: job ${id} submitted. The job is kept: it is cancelled.`);
    const other = await submit();
    rmSync(join(jobsFolder(), `${other}.json`));
    expect(await ok('undo')).toBe(`took back:\n   ${session}: job ${other} submitted. The job is not there any more.`);
  });
});

describe('jobs', () => {
  beforeEach(() => world.writeRegistry(`sessions:\n  ${session}:\n    status: terminated\n`, 60));

  test('answers documents', async () => {
    const job = JSON.parse(await ok('jobs', 'submit', '--session', session, '--prompt', secret, '--json'));
    expect(job).toMatchObject({ session, state: 'queued', exit: null, events: [{ event: 'created' }] });
    expect(JSON.parse(await ok('jobs', 'list', '--json'))).toEqual({ jobs: [job] });
    expect(JSON.parse(await ok('jobs', 'show', job.id, '--json'))).toEqual({ ...job, prompt: secret });
    const event = JSON.parse(await ok('jobs', 'event', job.id, 'started', '--json'));
    expect(event).toEqual({ schema: 1, id: job.id, event: 'started', state: 'running', session, at: event.at });
    expect(await ok('jobs', 'list')).toMatch(new RegExp(`^ID .*\n${job.id} +running +${session} +\\S+Z$`));
  });

  test('refuses what there is not', async () => {
    const id = await submit();
    expect(await refused('jobs', 'show', '../../x')).toContain('there is no job ../../x');
    expect(await refused('jobs', 'event', 'none', 'done')).toContain('there is no job none');
    expect(await refused('jobs', 'event', id, 'paused')).toContain('there is no event paused');
    expect(await refused('jobs', 'event', id, 'started', '--exit', '1')).toContain('--exit says nothing');
    expect(await refused('jobs', 'event', id)).toContain('jobs event takes ID');
    expect(await refused('jobs', 'list', '--prompt', 'x')).toContain('jobs list takes no --prompt');
    expect(await refused('jobs', 'submit', '--session', session)).toContain('needs a session and a prompt');
    expect(await refused('jobs', 'sumbit')).toContain('jobs has no sumbit');
  });

  test('an unreadable one is blindness for every command', async () => {
    const id = await submit();
    const path = join(jobsFolder(), `${id}.json`);
    writeFileSync(path, '{', { mode: 0o600 });
    const reason = `job ${id} cannot be read: it is not JSON`;
    const cure = 'mend that file (docs/companions.md), or move it away';
    for (const words of [
      ['show', id],
      ['show', '--session', session],
      ['event', id, 'done'],
    ]) {
      const { code, stdout, stderr } = await world.run(['jobs', ...words, '--json']);
      expect({ words, code, stdout, error: JSON.parse(stderr) }).toEqual({
        words,
        code: 4,
        stdout: '',
        error: { error: { code: 4, message: reason, where: path, cure } },
      });
    }
    writeFileSync(join(jobsFolder(), 'other.json'), '{', { mode: 0o600 });
    const { code, stdout, stderr } = await world.run(['jobs', 'list', '--json']);
    expect([code, JSON.parse(stdout), JSON.parse(stderr).error]).toEqual([
      4,
      { jobs: [] },
      {
        code: 4,
        message: expect.stringContaining('2 jobs cannot be read. The first: '),
        where: expect.any(String),
        cure,
      },
    ]);
  });

  test('events of many processes at once are all kept', async () => {
    const id = await submit();
    const events = ['started', 'resumed', 'done', 'failed', 'deleted', 'created'];
    await Promise.all([...events, ...events].map((event) => ok('jobs', 'event', id, event)));
    const { events: kept } = JSON.parse(await ok('jobs', 'show', id, '--json'));
    expect(kept.map(({ event }: { event: string }) => event).toSorted()).toEqual(
      ['created', ...events, ...events].toSorted(),
    );
  });

  test('closes what was open to others, and says so', async () => {
    const id = await submit();
    chmodSync(jobsFolder(), 0o755);
    const { code, stderr } = await world.run(['jobs', 'show', id]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `${jobsFolder()} was open to others (755), now it is yours alone (700)\n`,
    });
  });

  test('a job that cannot be read is blindness where its session is gone', async () => {
    await world.openSession('blog-creator-claude');
    const id = await submit();
    const path = join(jobsFolder(), `${id}.json`);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, 50));
    const { code, document } = await world.reconcile();
    expect({ code, blind: document.blind }).toMatchObject({ code: 4, blind: [{ source: 'jobs' }] });
    writeFileSync(path, text);
    expect((await world.reconcile()).code).toBe(0);
  });
});

test('the lines of docs/companions.md do what they say', async () => {
  world.writeRegistry(`sessions:\n  ${session}:\n    status: running\n`, 60);
  const asm = world.file('bin/asm', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(asm, 0o755);
  const page = readFileSync(fileURLToPath(new URL('../../docs/companions.md', import.meta.url)), 'utf8');
  const scripts = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, lines = '']) => lines);
  const states: string[] = [];
  for (const script of scripts) {
    const env = { session, prompt: `it's "quoted" $HOME\nand long` };
    const bash = world.startOther('bash', ['--norc', '-euo', 'pipefail', '-c', script], { env });
    expect({ script, code: await bash.exited, stderr: bash.stderr() }).toEqual({ script, code: 0, stderr: '' });
    const job = JSON.parse(await ok('jobs', 'show', '--session', session, '--json'));
    states.push(job.state);
    expect(job.prompt).toBe(env.prompt);
  }
  expect(states).toEqual(['running', 'cancelled', 'running', 'done']);
});

/** Expects the text neither in the state folder nor in the cache. */
function expectNowhere(text: string): void {
  const files = [world.state, world.cache].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((path) => readFileSync(path, 'utf8').includes(text))).toEqual([]);
}
