import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from 'vitest';
import { soakSettings } from '../../scripts/soak-settings.mjs';
import { nodeVersions } from '../../scripts/tested-versions.mjs';
import { installed } from './agent-lab/installed.ts';
import { PrivateWorld, program, until } from './private-world.ts';
import { isSoak } from './soak.ts';

const run = promisify(execFile);

const versions = isSoak ? [...nodeVersions, 'newest'] : nodeVersions;
/** Those with long support, and the ones that `npm run soak` adds. */
const versionsInFull = versions.filter((version) => isSoak || version !== nodeVersions.at(-1));
/** How long all unit tests may take; ms. */
const deadline = 870_000;

test('the oldest of them is the oldest that the package allows', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(`${engines.node}.0`).toBe(`>=${nodeVersions[0]}`);
});

/**
 * All unit tests. The properties think a fiftieth of their worlds, the parsers read a fiftieth of their texts, and the
 * simulated day is as much shorter: what a plan is does not depend on Node, but what the tests of files, processes and
 * sockets see may.
 */
test.each(versionsInFull)('on Node %s all unit tests pass', { timeout: deadline + 30_000 }, async (wanted) => {
  const { bin } = installed('node', wanted);
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  // What this run of vitest tells its own workers must not reach the other one, nor what lengthens single tests.
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|TEST$|NODE_ENV$|npm_)|_SEED$/.test(name) && !(name in soakSettings),
  );
  const env = {
    ...Object.fromEntries(ours),
    PATH: `${bin}:${process.env['PATH']}`,
    NO_COLOR: '1',
    PROPERTY_TIMES: '0.02',
    // Each worker loads every source, and the tests beside this one take the processor meanwhile. A project's number of
    // workers is not changed by `--maxWorkers`.
    VITEST_MAX_WORKERS: '1',
  };
  const words = 'run --project unit --reporter dot'.split(' ');
  const options = { cwd, env, maxBuffer: Infinity, timeout: deadline, killSignal: 'SIGKILL' } as const;
  const ran = await run(join(bin, 'node'), ['node_modules/vitest/vitest.mjs', ...words], options).catch(
    ({ stdout = '', stderr = '' }: { stdout?: string; stderr?: string }) => ({ stdout, stderr }),
  );
  // What failed is on stderr, and the counts stand last on stdout.
  const counts = /^ +Tests +(.*)$/m.exec(ran.stdout)?.[1] ?? ran.stdout.slice(-2_000);
  expect(counts, ran.stderr).toMatch(/^\d+ passed \(\d+\)$/);
});

test.each(versions)('on Node %s a death is written and told, and a model is answered', async (wanted) => {
  const { version, bin } = installed('node', wanted);
  const world = new PrivateWorld(join(bin, 'node'));
  try {
    await world.openSession('shop-creator-claude');
    const doctor = JSON.parse((await world.run(['doctor', '--json'])).stdout);
    expect(doctor.findings).toContainEqual({ id: 'node', ok: true, message: `node ${version}`, cure: null });
    const monitor = await world.monitor();
    await until('the registration', () => world.readRegistry().includes('shop-creator-claude'));
    world.tmux(['kill-session', '-t', '=shop-creator-claude']);
    const told = await until('the death', async () =>
      (await world.comments(monitor.card)).find((body) => body.includes('tmux gone')),
    );
    expect(told).toMatch(/^shop-creator-claude: tmux gone .* Marked terminated\.$/);
    const transport = new StdioClientTransport({
      command: join(bin, 'node'),
      args: [program, 'mcp'],
      env: world.env,
      cwd: world.home,
    });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    const { content } = await client.callTool({ name: 'status', arguments: {} });
    expect(content).toMatchObject([{ text: expect.stringContaining('shop-creator-claude') }]);
    await client.close();
    const { code, stderr } = await world.run(['comment', '--card', monitor.card, 'stop monitoring']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await monitor.exited).toBe(0);
    expect(monitor.stderr()).not.toMatch(/warning/i);
  } finally {
    await world.close();
  }
});
