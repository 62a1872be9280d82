import { afterEach, beforeEach, expect, test } from 'vitest';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrivateWorld, until } from './private-world.ts';

let world: PrivateWorld;
beforeEach(() => void (world = new PrivateWorld()));
afterEach(() => world.close());

const dead = (name: string) =>
  `  ${name}-creator-claude:\n    agent: claude\n    status: running\n    pane: { pid: 4194301, cmd: claude }\n`;

/** Rewrites an entry of its own under `flock`, without a rest until it is told to end; prints how often it wrote. */
const restless = `count=0
while [ ! -e "$3" ]; do
  count=$((count + 1))
  exec 9>>"$1.lock"; flock 9
  sed "s/^  w$2: .*/  w$2: { status: kept, count: $count }/" "$1" > "$1.$2"
  cat "$1.$2" > "$1"
  exec 9>&-
done
rm "$1.$2"; echo "$count"`;

/**
 * Starts writers that never rest.
 * @returns a function that ends them and says how often each has written
 */
async function startWriters(names: readonly string[]): Promise<() => Promise<readonly number[]>> {
  const end = join(world.root, 'end');
  const script = world.file('restless.sh', restless);
  const writers = names.map((name) => world.startOther('bash', [script, world.registry, name, end]));
  await until('every writer to write', () =>
    names.every((name) => world.readRegistry().includes(`w${name}: { status`)),
  );
  return async () => {
    writeFileSync(end, '');
    await Promise.all(writers.map(({ exited }) => exited));
    return writers.map(({ stdout }) => Number(stdout()));
  };
}

test('four writers with flock that never rest starve no pass, and lose nothing', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const kept = names.map((name) => `  w${name}: x\n`).join('');
  world.writeRegistry(`sessions:\n${dead('first')}${kept}`, 30);
  const end = await startWriters(names);
  for (const session of ['first', 'second']) {
    if (session === 'second') {
      // A person adds an entry as the writers do.
      const add = `exec 9>>"$1.lock"; flock 9; printf '%s' "$2" >> "$1"`;
      expect(await world.startOther('bash', ['-c', add, 'bash', world.registry, dead('second')]).exited).toBe(0);
    }
    const { code, stderr, document } = await world.reconcile();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(document.drifts).toMatchObject([{ kind: 'session-gone', session: `${session}-creator-claude` }]);
  }
  const counts = await end();
  const text = world.readRegistry();
  expect(text.match(/status: terminated/g)).toHaveLength(2);
  for (const [at, name] of names.entries())
    expect(text).toContain(`  w${name}: { status: kept, count: ${counts[at]} }`);
  expect(existsSync(`${world.registry}.a`)).toBe(false);
});

test('after an undo, while another writer keeps the file young, a pass waits no longer than 5 s and ends with 0', async () => {
  world.writeRegistry(`sessions:\n${dead('first')}  wa: x\n`, 30);
  await world.reconcile();
  const end = await startWriters(['a']);
  expect(await world.run(['undo'])).toMatchObject({ code: 0 });
  // The file may be read at the moment when the writer has emptied it.
  await until('the old text', () => world.readRegistry().includes('status: running'));
  const { code, document, ms } = await world.reconcile();
  expect({ code, written: document.registry.written }).toEqual({ code: 0, written: false });
  // The sum of all waits, with a margin for a busy machine.
  expect(ms).toBeLessThan(30_000);
  await end();
  expect(world.readRegistry()).toContain('status: running');
});
