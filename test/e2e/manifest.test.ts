import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { execaSync } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrivateWorld } from './private-world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const mcpb = (...words: readonly string[]): string =>
  execaSync(process.execPath, [join(root, 'node_modules/@anthropic-ai/mcpb/dist/cli/cli.js'), ...words], {
    stdin: 'ignore',
  }).stdout;

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

test(
  'the package as a bundle for desktop hosts: valid, packed, unpacked elsewhere, and its tools are those of the manifest',
  { timeout: 60_000 },
  async () => {
    expect(mcpb('validate', join(root, 'manifest.json'))).toContain('passes');
    // The folder holds exactly what the published package holds.
    const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', world.folder('packed')];
    const archive = execaSync('npm', words, { cwd: root }).stdout;
    execaSync('tar', ['-xzf', join(world.root, 'packed', archive), '-C', world.folder('staged')]);
    const staged = join(world.root, 'staged/package');
    const bundle = join(world.root, 'it.mcpb');
    mcpb('pack', staged, bundle);
    const elsewhere = world.folder('elsewhere');
    mcpb('unpack', bundle, elsewhere);

    const manifest = JSON.parse(readFileSync(join(elsewhere, 'manifest.json'), 'utf8'));
    const { command, args } = manifest.server.mcp_config;
    const transport = new StdioClientTransport({
      command,
      args: args.map((word: string) => word.replace('${__dirname}', elsewhere)),
      env: world.env,
      cwd: world.home,
    });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    const { tools } = await client.listTools();
    expect(tools.map(({ name, description }) => ({ name, description }))).toEqual(manifest.tools);
    await client.close();
  },
);
