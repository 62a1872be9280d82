import { parseDocument, stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { additionsTo, withEntry, withoutEntry } from '../../src/hermes/mcp-entry.ts';
import type { ServerEntry } from '../../src/hermes/server-entry.ts';

const entry: ServerEntry = {
  command: '/usr/bin/node',
  args: ['/opt/it/dist/cli.js', 'mcp'],
  timeout: 600,
  env: { HERMES_HOME: '${HERMES_HOME}', AGENT_SESSIONS_YAML: '/home/me/agent sessions.yaml' },
};

function changed(change: ReturnType<typeof withEntry>): string {
  if (change.kind !== 'changed') throw new Error(change.kind);
  return change.text;
}

const configs = {
  empty: '',
  'without servers': '# mine\nmodel:\n  provider: custom # keep\n',
  'without an end of its last line': 'model: x\nother: y # last',
  'with servers': 'mcp_servers:\n  # about files\n  files: # f\n    command: x\n    args: [a]\n\nmodel: x\n',
  'with servers last, no end': 'model: x\nmcp_servers:\n    files:\n        command: x',
  'with servers at the margin of four': 'mcp_servers:\n    files: { command: x } # here\n\n# the end\n',
  'with a document end': 'a: 1\n...\n',
  'with no server yet': 'mcp_servers: {}\nmodel: x\n',
  'with no server yet, and a comment': 'a: 1\nmcp_servers:   { }  # none\nmodel: x\n',
  'with null for servers': 'mcp_servers:\nmodel: x\n',
  'with null for servers, last, no end': 'model: x\nmcp_servers:',
  'with a word for null': 'mcp_servers: ~\nmodel: x\n',
  'that holds our mark elsewhere': `model: x\n# written by \`asm setup\`; \`asm setup --uninstall\` takes it out\nother: y\n`,
  'with CRLF': 'a: 1\r\nmcp_servers:\r\n  files:\r\n    command: x\r\nb: 2\r\n',
};

test.each(Object.entries(configs))(
  'a config %s gets the entry, once, and is byte for byte as before without it',
  (_, text) => {
    const once = changed(withEntry('/c', text, entry));
    expect(parseDocument(once).toJS()).toMatchObject({ mcp_servers: { agent_sessions_monitor: entry } });
    // Only the line of an empty `mcp_servers` may change.
    for (const line of text.split(/\r?\n/)) if (!line.startsWith('mcp_servers:')) expect(once).toContain(line);
    expect(withEntry('/c', once, entry)).toEqual({ kind: 'unchanged' });
    expect(changed(withoutEntry('/c', once))).toBe(text);
  },
);

test('a newer install path is written over the old one', () => {
  const old = changed(withEntry('/c', configs['with servers'], { ...entry, command: '/old/node' }));
  const now = changed(withEntry('/c', old, entry));
  expect(now).toBe(changed(withEntry('/c', configs['with servers'], entry)));
});

test('servers that the user added below the entry stay, and their head with them', () => {
  const once = changed(withEntry('/c', configs['without servers'], entry));
  const more = `${once}  files:\n    command: x\n`;
  expect(parseDocument(changed(withoutEntry('/c', more))).toJS()).toMatchObject({
    mcp_servers: { files: { command: 'x' } },
  });
});

test('an entry into which the user has put blank lines and comments is taken out whole', () => {
  const once = changed(withEntry('/c', configs['with servers'], entry));
  const spread = once.replace('    timeout: 600\n', '\n# a remark\n    timeout: 600\n\n');
  expect(spread).not.toBe(once);
  expect(changed(withoutEntry('/c', spread))).toBe(configs['with servers']);
});

test('a server that the user added below the entry in a file whose last line had no end stays whole', () => {
  const once = changed(withEntry('/c', configs['with servers last, no end'], entry));
  const without = changed(withoutEntry('/c', `${once}    more: { command: y }\n`));
  expect(parseDocument(without).toJS()).toEqual({
    model: 'x',
    mcp_servers: { files: { command: 'x' }, more: { command: 'y' } },
  });
});

test('an entry that lost its mark, as Hermes rewrites its config, is ours where it says what was recorded', () => {
  const rewritten = stringify({ model: 'x', mcp_servers: { agent_sessions_monitor: entry } });
  expect(withoutEntry('/c', rewritten)).toEqual({ kind: 'foreign', at: '3:3' });
  expect(parseDocument(changed(withoutEntry('/c', rewritten, entry))).toJS()).toEqual({
    model: 'x',
    mcp_servers: null,
  });
  const newer = { ...entry, command: '/new/node' };
  const updated = changed(withEntry('/c', rewritten, newer, entry));
  expect(parseDocument(updated).toJS()).toEqual({ model: 'x', mcp_servers: { agent_sessions_monitor: newer } });
});

test('an entry of our name that is not ours is left alone; what does not parse, or is one line, is refused', () => {
  const byHand = 'mcp_servers:\n  agent_sessions_monitor:\n    command: mine\n';
  expect(withEntry('/c', byHand, entry)).toEqual({ kind: 'foreign', at: '2:3' });
  expect(withoutEntry('/c', byHand)).toEqual({ kind: 'foreign', at: '2:3' });
  const marked = '# written by `asm setup`; `asm setup --uninstall` takes it out\nmodel: y\n' + byHand;
  expect(withEntry('/c', marked, entry)).toEqual({ kind: 'foreign', at: '4:3' });
  expect(withoutEntry('/c', marked)).toEqual({ kind: 'foreign', at: '4:3' });
  expect(withoutEntry('/c', configs['with servers'])).toEqual({ kind: 'unchanged' });
  expect(() => withEntry('/c', 'a: [', entry)).toThrow(/does not parse/);
  expect(() => withEntry('/c', 'a: 1\n---\nb: 2\n', entry)).toThrow(/does not parse: it holds more than one document$/);
  expect(() => withEntry('/c', 'mcp_servers: { files: { command: x } }\n', entry)).toThrow(/cannot be edited safely/);
});

describe('what the user added to the entry, or changed in it', () => {
  const once = changed(withEntry('/c', configs['with servers'], entry));
  const mine = once
    .replace('timeout: 600', 'timeout: 900 # slow network')
    .replace('    env:\n', '    enabled: no\n    env:\n      HTTPS_PROXY: http://p.test # of the office\n');
  const names = ['timeout', 'enabled', 'env.HTTPS_PROXY'];

  test.each([
    ['with a record', entry],
    ['without one', null],
  ])('stays, byte for byte, and is named: %s', (_, recorded) => {
    expect(additionsTo('/c', once, entry, recorded)).toEqual([]);
    expect(additionsTo('/c', mine, entry, recorded)).toEqual(names);
    expect(withEntry('/c', mine, entry, recorded)).toEqual({ kind: 'unchanged' });
    const newer = { ...entry, command: '/new/node', env: { ...entry.env, MORE: '${MORE}' } };
    const updated = changed(withEntry('/c', mine, newer, recorded));
    expect(updated).toBe(
      mine
        .replace('"/usr/bin/node"', '"/new/node"')
        .replace('sessions.yaml"\n', 'sessions.yaml"\n      MORE: "${MORE}"\n'),
    );
    expect(additionsTo('/c', updated, newer, newer)).toEqual(names);
  });

  test('a variable that setup wrote once and does not write any more is taken out, and no other', () => {
    const former = { ...entry, env: { ...entry.env, OLD: '1', OWN: '1' } };
    const before = changed(withEntry('/c', configs.empty, former))
      .replace('OWN: "1"', 'OWN: "2"')
      .replace('timeout: 600', 'timeout: 900');
    const newer = { ...entry, env: { ...entry.env, NEW: '1' } };
    expect(changed(withEntry('/c', before, newer, former))).toBe(
      before.replace('      OLD: "1"\n', '').replace('OWN: "2"\n', 'OWN: "2"\n      NEW: "1"\n'),
    );
  });
});
