import { parseDocument } from 'yaml';
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
  'with CRLF': 'a: 1\r\nmcp_servers:\r\n  files:\r\n    command: x\r\nb: 2\r\n',
};

test.each(Object.entries(configs))(
  'a config %s gets the entry, once, and is byte for byte as before without it',
  (_, text) => {
    const once = changed(withEntry('/c', text, entry));
    expect(parseDocument(once).toJS()).toMatchObject({ mcp_servers: { agent_sessions_monitor: entry } });
    for (const line of text.split(/\r?\n/)) expect(once).toContain(line);
    expect(withEntry('/c', once, entry)).toEqual({ kind: 'unchanged' });
    expect(changed(withoutEntry('/c', once))).toBe(text);
  },
);

test('a newer install path is written over the old one', () => {
  const old = changed(withEntry('/c', configs['with servers'], { ...entry, command: '/old/node' }));
  const now = changed(withEntry('/c', old, entry));
  expect(now).toBe(changed(withEntry('/c', configs['with servers'], entry)));
});

test('servers that somebody added below ours stay, and their head with them', () => {
  const once = changed(withEntry('/c', configs['without servers'], entry));
  const more = `${once}  files:\n    command: x\n`;
  expect(parseDocument(changed(withoutEntry('/c', more))).toJS()).toMatchObject({
    mcp_servers: { files: { command: 'x' } },
  });
});

test('an entry of our name that is not ours is left alone; what does not parse, or is one line, is refused', () => {
  const byHand = 'mcp_servers:\n  agent_sessions_monitor:\n    command: mine\n';
  expect(withEntry('/c', byHand, entry)).toEqual({ kind: 'foreign', at: '2:3' });
  expect(withoutEntry('/c', byHand)).toEqual({ kind: 'foreign', at: '2:3' });
  expect(withoutEntry('/c', configs['with servers'])).toEqual({ kind: 'unchanged' });
  expect(() => withEntry('/c', 'a: [', entry)).toThrow(/does not parse/);
  expect(() => withEntry('/c', 'mcp_servers: { files: { command: x } }\n', entry)).toThrow(/cannot be edited safely/);
});
