import { MCPConfigRegistry, validateGeneratedConfig, type ClientId } from '@gleanwork/mcp-config-schema';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { describe, expect, test } from 'vitest';
import type { Client } from '../../../src/operations/clients/client.ts';
import { fragment, standingIn } from '../../../src/operations/clients/entry-text.ts';
import { knownClients } from '../../../src/operations/clients/known-clients.ts';
import { hosts } from '../../e2e/agent-lab/mcp-hosts.ts';
import { longestWaitSeconds } from '../../../src/config/defaults.ts';

const start = { command: '/opt/node 20/bin/node', args: ['/opt/it/cli.js', 'mcp'], env: { A: 'b c', D: '"e"' } };
const server = 'agent_sessions_monitor';

const parsers: Record<Client['file']['format'], (text: string) => ReturnType<typeof JSON.parse>> = {
  json: (text) => JSON.parse(text),
  toml: (text) => parseToml(text),
  yaml: (text) => parseYaml(text),
};

/** The hosts that the table says are checked against the oracle. */
const inOracle = knownClients.flatMap((client) =>
  client.tested.flatMap((one) => (one.kind === 'schema' ? [{ name: client.name, id: one.id, file: client.file }] : [])),
);

describe.each(inOracle)('$name, by another list of hosts', ({ name, id, file }) => {
  const oracle = new MCPConfigRegistry().getConfig(clientId(id));

  test.each(['linux', 'darwin'] as const)('its file on %s', (platform) => {
    const path = file.path({ home: '$HOME', env: {}, platform });
    // opencode reads both, and makes the other one.
    expect(path.replace('opencode.jsonc', 'opencode.json')).toBe(oracle?.configPath[platform]);
  });

  test('what is shown for its file is valid there', () => {
    const { [file.key]: servers } = parsers[file.format](fragment(file, server, start));
    // Goose fills these in by itself (its `extension.rs`: `serde(default)`); the list wants them written.
    const filled = name === 'goose' ? { bundled: null, description: null, env_keys: [] } : {};
    const valid = (key: string) =>
      validateGeneratedConfig({ [key]: { [server]: { ...servers[server], ...filled } } }, clientId(id));
    expect([valid(file.key).success, valid('another').success]).toEqual([true, false]);
  });

  test('its form', () => {
    expect(file.format).toBe(oracle?.configFormat);
    expect(file.key).toBe(oracle?.configStructure.serversPropertyName);
    const entry = parsers[file.format](fragment(file, server, start))[file.key][server];
    const names = oracle?.configStructure.stdioPropertyMapping;
    const { commandProperty = '', argsProperty = '', envProperty = '', typeProperty } = names ?? {};
    expect([entry[commandProperty], entry[argsProperty]].flat()).toEqual(
      commandProperty === argsProperty ? [...whole(start), ...whole(start)] : whole(start),
    );
    expect(entry[envProperty]).toEqual(start.env);
    const others = Object.keys(entry).filter((key) => ![commandProperty, argsProperty, envProperty].includes(key));
    expect(others.filter((key) => key !== typeProperty).toSorted()).toEqual(
      Object.keys(file.more)
        .filter((key) => key !== typeProperty)
        .toSorted(),
    );
  });
});

function clientId(id: string): ClientId {
  const known = new MCPConfigRegistry().getAllConfigs().find((config) => config.id === id);
  if (known === undefined) throw new Error(`the oracle knows no ${id}`);
  return known.id;
}

function whole({ command, args }: typeof start): readonly string[] {
  return [command, ...args];
}

test.each(knownClients.map((client) => [client.name, client] as const))(
  '%s: what is written is read again',
  (_, { file }) => {
    expect(standingIn(file, server, fragment(file, server, start))).toMatchObject({
      kind: 'entry',
      start,
      isOff: false,
    });
    expect(standingIn(file, server, '')).toEqual({ kind: 'absent' });
    expect(standingIn(file, server, fragment(file, 'other', start))).toEqual({ kind: 'absent' });
    expect(standingIn(file, server, '{"a": [}')).toMatchObject({ kind: 'unreadable' });
  },
);

test.each(knownClients.map((client) => [client.name, client] as const))(
  '%s: one call ends before the host does',
  (_, { own, file }) => {
    const limits = Object.entries(file.more).flatMap(([key, value]) =>
      typeof value === 'number' ? [key === 'timeout' && value > 10_000 ? value / 1_000 : value] : [],
    );
    for (const limit of limits) expect(file.waitSeconds).toBeLessThan(limit);
    expect(file.waitSeconds).toBeLessThanOrEqual(longestWaitSeconds);
    expect(own?.waitSeconds ?? 0).toBeLessThanOrEqual(file.waitSeconds);
  },
);

test.each(knownClients.flatMap(({ name, own }) => (own === null ? [] : [[name, own] as const])))(
  '%s: its command carries every word literally',
  (_, own) => {
    const words = own.add(server, start);
    const text = words.join('\n');
    for (const word of ['mcp', server, start.command, '/opt/it/cli.js']) expect(text).toContain(word);
    const isJson = words[0] === '--add-mcp';
    if (isJson) expect(JSON.parse(words[1] ?? '')).toMatchObject({ name: server, ...start });
    else expect(words.slice(-3)).toEqual(whole(start));
    if (!isJson) expect(words).toEqual(expect.arrayContaining(['A=b c', 'D="e"']));
  },
);

test('the hosts that the table says are run as programs are those that are', () => {
  const run = knownClients.filter(({ tested }) => tested.some(({ kind }) => kind === 'program'));
  expect(run.map(({ name }) => name).toSorted()).toEqual(hosts.map(({ name }) => name).toSorted());
});
