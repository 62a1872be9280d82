import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Fleet } from './fleet.ts';
import { inTurn, spread, timed, type Row } from './measure.ts';

const cli = join(import.meta.dirname, '../dist/cli.js');

/** Measures what Node costs before this program runs, and what comes on top until there is an answer. */
export async function starts({ env }: Fleet, count: number): Promise<readonly Row[]> {
  const node = () => timed([process.execPath, '-e', '0'], env);
  const version = () => timed([process.execPath, cli, '--version'], env);
  const times = await inTurn(11, { node, version, tools: () => firstTools(env) });
  return [
    [`${count}`, 'bare `node -e 0`', spread(times.node), ''],
    [`${count}`, '`--version`', spread(times.version), ''],
    [`${count}`, 'MCP server, start to first `tools/list`', spread(times.tools), ''],
  ];
}

/** Measures from the start of the server to its answer; ms. */
async function firstTools(env: Record<string, string>): Promise<number> {
  const began = performance.now();
  const server = spawn(process.execPath, [cli, 'mcp'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const client = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
  for (const message of [
    { id: 1, method: 'initialize', params: client },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/list' },
  ]) {
    server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
  let said = '';
  for await (const chunk of server.stdout) {
    said += String(chunk);
    if (said.includes('"id":2')) break;
  }
  const ms = performance.now() - began;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  return ms;
}
