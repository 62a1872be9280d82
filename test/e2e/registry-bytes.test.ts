import { chmodSync, lstatSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

test('300 entries that share one anchor, CRLF, a comment on every line, through a symlink: not one other byte', async () => {
  const lines = ['version: 1 # v', 'defaults: &defaults # shared', '  agent: claude # a', `  cwd: ${world.work} # c`];
  lines.push('sessions: # all of them');
  for (let number = 0; number < 300; number += 1) {
    const status = number % 100 === 50 ? 'running' : 'terminated';
    lines.push(`  "s${number}-creator-claude": # entry ${number}`, '    <<: *defaults   # merged');
    lines.push(`    status:  '${status}'  # 状態 ${number}`, `    pane: {pid: ${4_190_000 + number}, cmd: claude} # p`);
    lines.push('    terminated_at: ~ # t', '    termination_mode: # m', '    # the end');
  }
  const text = `\ufeff${lines.join('\r\n')}\r\n`;
  const real = world.file('home/elsewhere/real.yaml', text);
  symlinkSync(real, world.registry);
  chmodSync(real, 0o640);
  world.touch(real, 30);

  const { code, document } = await world.reconcile();
  expect(code).toBe(0);
  // All three running sessions at once are one event.
  expect(document.drifts).toHaveLength(1);
  const now = readFileSync(real, 'utf8').split('\n');
  const then = text.split('\n');
  const changed = now.flatMap((line, index) => (line === then[index] ? [] : [[then[index], line]]));
  expect(now).toHaveLength(then.length);
  expect(changed).toHaveLength(9);
  for (const [before = '', after = ''] of changed) {
    expect(after.replace(/(?<=terminated_at: )\S+/, '~').replace(" 'auto-detected'", '')).toBe(
      before.replace("'running'", "'terminated'"),
    );
  }
  expect(lstatSync(world.registry).isSymbolicLink()).toBe(true);
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(statSync(`${real}.lock`, { throwIfNoEntry: false }) ?? statSync(`${world.registry}.lock`)).toMatchObject({
    mode: 0o100640,
  });
});

test('bash writers with flock and ours on one registry at once: nothing is lost', async () => {
  const dead = (name: string) =>
    `  ${name}-creator-claude:\n    agent: claude\n    status: running\n    pane: { pid: 4194301, cmd: claude }\n`;
  world.writeRegistry(`sessions:\n${dead('first')}`, 30);
  const script = world.file(
    'writer.sh',
    `for i in $(seq 25); do
  exec 9>>"$1.lock"; flock 9
  { cat "$1"; printf '  w%s-%s: { agent: claude, status: kept, note: "by %s" } # line %s\\n' "$2" "$i" "$2" "$i"; } > "$1.$2"
  cat "$1.$2" > "$1"; rm "$1.$2"
  exec 9>&-
done`,
  );
  const writers = ['a', 'b', 'c', 'd'].map((name) => world.startOther('bash', [script, world.registry, name]));
  const ours = async (): Promise<void> => {
    for (let pass = 0; pass < 6; pass += 1) expect((await world.run(['reconcile'])).code).toBe(0);
  };
  await Promise.all([ours(), ours(), ...writers.map(({ exited }) => exited)]);
  await world.reconcile();
  const text = world.readRegistry();
  for (const writer of ['a', 'b', 'c', 'd']) {
    for (let line = 1; line <= 25; line += 1) expect(text).toContain(`  w${writer}-${line}: {`);
  }
  expect(text.match(/status: terminated/g)).toHaveLength(1);
  expect(text.split('\n').filter((line) => line.startsWith('  w'))).toHaveLength(100);
  const beside = readdirSync(join(world.registry, '..')).filter((name) => name.startsWith('agent-sessions.yaml'));
  expect(beside.toSorted()).toEqual(['agent-sessions.yaml', 'agent-sessions.yaml.lock']);
});
