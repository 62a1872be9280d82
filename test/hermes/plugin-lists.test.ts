import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isListed, withoutPlugin, withPlugin } from '../../src/hermes/plugin-lists.ts';

const on = (text: string): string => withPlugin('config.yaml', text) ?? text;
const off = (text: string): string => withoutPlugin('config.yaml', text) ?? text;

describe('the lists of plugins in the config of Hermes', () => {
  test.each([
    ['no config', ''],
    ['only a comment', '# mine\n'],
    ['no plugins', 'model: x # keep\n'],
    ['no plugins, and no end of the last line', 'model: x'],
    ['Windows lines', 'model: x\r\nplugins:\r\n  disabled: []\r\n'],
    ['a document that ends', 'model: x\n...\n'],
    ['plugins without a list', 'plugins:\n  # mine\n  disabled: [other]\nmodel: x\n'],
    ['an empty list', 'plugins:\n  enabled: []\n'],
    ['a list in one line', 'plugins:\n    enabled: [ other, third ] # keep\n'],
    ['a list in lines', 'plugins:\n  enabled:\n  # mine\n  - other # keep\n  - third\n  disabled: []\nmodel: x\n'],
    ['everything in one line', 'plugins: { enabled: [other], disabled: [] }\n'],
  ])('%s: turned on and off again, byte for byte as before', (_, before) => {
    const after = on(before);
    expect(isListed(after, 'enabled')).toBe(true);
    expect(withPlugin('config.yaml', after)).toBe(null);
    expect(off(after)).toBe(before);
  });

  test('every other byte stays, however the rest is written', () => {
    const heads = [
      '',
      '# mine: [x\n\n',
      '---\n',
      'text: |\n  plugins:\n    enabled: [agent-sessions]\n',
      'a: &a [q]\nb: *a\n',
    ];
    const ours = [
      '',
      'plugins:\n  other: 1 # keep\n',
      'plugins:\n   enabled:\n   - "b c"   # keep\n\n   # about d\n   - \'d\'\n',
      'plugins: # keep\n\n  disabled: [ x ,]\n  enabled: [a,  b]\t# keep\n',
      '"plugins": { other: [ ], enabled: [ a ] }  # keep\n',
      'plugins:\n  enabled:\n  - agent-sessions-2\n  entries: { agent-sessions-2: {} }\n',
    ];
    const tails = ['', 'c: 1   # keep', 'mcp_servers:\n    x:\n        command: y\n\n\n# end\n', '...\n'];
    const all = heads.flatMap((head) => ours.flatMap((our) => tails.map((tail) => head + our + tail)));
    for (const before of [...all, ...all.map((text) => text.replaceAll('\n', '\r\n'))]) {
      const after = on(before);
      expect(isListed(after, 'enabled'), before).toBe(true);
      expect(withPlugin('config.yaml', after), before).toBe(null);
      expect(off(after)).toBe(before);
      expect(withoutPlugin('config.yaml', before), before).toBe(null);
      // What is new is put in, nothing is taken out.
      let at = 0;
      for (const letter of after) if (letter === before[at]) at += 1;
      expect(before.slice(at)).toBe('');
    }
  });

  test('where Hermes wrote it, its name goes from both lists and from what Hermes remembers', () => {
    const text = [
      'plugins:',
      '  enabled:',
      '    - agent-sessions',
      '    - other',
      '  disabled:',
      '    - agent-sessions',
      '  entries:',
      '    agent-sessions:',
      '      allow_tool_override: false',
      '    other:',
      '      allow_tool_override: true',
      '',
    ].join('\n');
    expect(parse(off(text))).toEqual({
      plugins: { enabled: ['other'], disabled: [], entries: { other: { allow_tool_override: true } } },
    });
    expect(parse(on(text)).plugins).toMatchObject({ enabled: ['agent-sessions', 'other'], disabled: [] });
    expect(parse(off('plugins:\n  enabled: [agent-sessions]\n  entries:\n    agent-sessions: {}\n'))).toEqual({
      plugins: { enabled: [], entries: {} },
    });
  });

  test('what the user added to the lines of setup stays', () => {
    const added = `${on('model: x\n')}    - other\n`;
    expect(parse(off(added))).toEqual({ model: 'x', plugins: { enabled: ['other'] } });
    const beside = `${on('model: x\n')}  disabled: []\n`;
    expect(parse(off(beside))).toEqual({ model: 'x', plugins: { enabled: [], disabled: [] } });
  });

  test('a config that cannot be edited safely is refused', () => {
    expect(() => on('model: [\n')).toThrow('does not parse');
    expect(() => on('plugins: { enabled: other }\n')).toThrow(/edited safely/);
  });

  test.each([
    'plugins: [mine, other]\n',
    'plugins:\n  - mine\n  - other # c\n',
    'plugins: "see other file"\n',
    'plugins:\n  enabled: { mine: true }\n',
    'plugins:\n  disabled: { mine: true }\n',
  ])('a value of another shape is the user’s: %j', (text) => {
    expect(() => on(text)).toThrow(/edited safely/);
    expect(off(text)).toBe(text);
  });

  test.each(['plugins:\n', 'plugins: {}\n', 'plugins: ~ # c\n', 'plugins:\n  enabled:\n'])(
    'an empty one is filled: %j',
    (text) => {
      expect(parse(on(text))).toEqual({ plugins: { enabled: ['agent-sessions'] } });
    },
  );
});
