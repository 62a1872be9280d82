import { parseDocument, stringify } from 'yaml';
import { expect, test } from 'vitest';
import { withEntry, withoutEntry, type ServerEntry } from '../../src/hermes/mcp-entry.ts';

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
