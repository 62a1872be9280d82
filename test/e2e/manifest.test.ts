import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { execaSync } from 'execa';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { installed } from './agent-lab/installed.ts';
import { PrivateWorld } from './private-world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { bin } = installed('mcpb', 'pinned');
const mcpb = (...words: readonly string[]): string => execaSync(join(bin, 'mcpb'), words, { stdin: 'ignore' }).stdout;

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
});
afterEach(() => world.close());

test(
  'the package as a bundle for desktop hosts: valid, packed, unpacked elsewhere, and its tools are those of the manifest',
  { timeout: 300_000 },
  async () => {
    expect(mcpb('validate', join(root, 'manifest.json'))).toContain('passes');
    // The folder holds exactly what the published package holds.
    const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', world.folder('packed')];
    const archive = execaSync('npm', words, { cwd: root }).stdout;
    execaSync('tar', ['-xzf', join(world.root, 'packed', archive), '-C', world.folder('staged')]);
    const staged = join(world.root, 'staged/package');
    const bundle = join(world.root, 'it.mcpb');
    mcpb('pack', staged, bundle);
    const elsewhere = world.folder('else where');
    await world.openSession('shop-creator-claude');
    mcpb('unpack', bundle, elsewhere);

    const manifest = JSON.parse(readFileSync(join(elsewhere, 'manifest.json'), 'utf8'));
    const inDesktop = await desktop(manifest, elsewhere, {});
    const { tools } = await inDesktop.listTools();
    expect(tools.map(({ name, description }) => ({ name, description }))).toEqual(manifest.tools);
    expect(await statusIn(inDesktop)).toContain('not in the registry yet: shop-creator-claude');
    const registry = world.file('home/my sessions.yaml', 'sessions:\n  blog: { agent: claude, status: terminated }\n');
    expect(await statusIn(await desktop(manifest, elsewhere, { registry }))).toContain('blog · claude · terminated');
  },
);

/** Starts the server as Claude Desktop does: by its library, with what the user filled in, and with few variables. */
async function desktop(manifest: object, folder: string, userConfig: Record<string, string>): Promise<Client> {
  const library = pathToFileURL(join(bin, '../@anthropic-ai/mcpb/dist/index.js')).href;
  const { getMcpConfigForManifest } = await import(library);
  const started = await getMcpConfigForManifest({
    manifest,
    extensionPath: folder,
    systemDirs: { HOME: world.home },
    userConfig,
    pathSeparator: '/',
  });
  const { command = '', args = [], env = {} } = started ?? {};
  const { PATH = '', TMUX_TMPDIR = '' } = world.env;
  const few = {
    HOME: world.home,
    PATH,
    LOGNAME: 'tester',
    USER: 'tester',
    SHELL: '/bin/sh',
    TERM: 'dumb',
    TMUX_TMPDIR,
  };
  const client = new Client({ name: 'claude-ai', version: '0.1.0' });
  await client.connect(new StdioClientTransport({ command, args, env: { ...few, ...env }, cwd: '/' }));
  onTestFinished(() => client.close());
  return client;
}

async function statusIn(client: Client): Promise<string> {
  return JSON.stringify((await client.callTool({ name: 'status', arguments: {} })).content);
}
