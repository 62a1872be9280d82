import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from 'vitest';
import { installed } from './agent-lab/installed.ts';
import { PrivateWorld, program, until } from './private-world.ts';

/** The oldest that is supported, and the last ones of the lines after it; `npm run soak` adds the newest. */
const versions = (process.env['NODE_VERSIONS'] ?? '20.19.0 22.23.5 24.22.3 26.12.1').split(' ');

test('the oldest of them is the oldest that the package allows', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(`${engines.node}.0`).toBe(`>=${versions[0]}`);
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
