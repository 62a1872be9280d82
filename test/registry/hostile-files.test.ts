import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchRegistry } from './scratch-registry.ts';

const folder = join(import.meta.dirname, 'corpus', 'hostile');

test('every hostile file is refused with line, column and cure', async () => {
  const said: Record<string, string> = {};
  for (const name of (await readdir(folder)).toSorted()) {
    const registry = await scratchRegistry(await readFile(join(folder, name)));
    const read = await registry.file.read({ knowsEntries: false, registered: new Set(['one']), mayCache: true });
    said[name] =
      read.kind === 'unreadable' ? `${read.where.replace(registry.path, '')} ${read.message}. ${read.cure}` : 'READ';
  }
  expect(said).toMatchInlineSnapshot(`
    {
      "alias-bomb.yaml": ":12:33 the registry cannot be read: the alias *a9 unfolds to more than 100000 values. unfold the aliases",
      "alias-to-itself.yaml": ":4:12 the registry cannot be read: the alias *one stands inside of what it stands for. mend that line",
      "alias-unknown.yaml": ":3:13 the registry cannot be read: the alias *nowhere stands for nothing before it. mend that line",
      "bad-indent.yaml": ":4:1 the registry cannot be read: a line is indented otherwise than its neighbours. mend that line",
      "brace-closes-nothing.yaml": ":4:11 the registry cannot be read: a \`}\` closes nothing. mend that line",
      "colon-in-value.yaml": ":3:11 the registry cannot be read: a line holds a second \`: \`; a text with \`: \` in it needs quotes. mend that line",
      "conflict-markers.yaml": ":3:1 the registry cannot be read: it holds conflict markers. settle the conflict and take the markers out",
      "dash-as-value-in-braces.yaml": ":2:48 the registry cannot be read: a \`-\` alone inside of \`{ }\` or \`[ ]\` needs quotes. mend that line",
      "dash-as-value.yaml": ":3:28 the registry cannot be read: a \`- \` stands behind a \`:\`; a \`-\` alone as a value needs quotes. mend that line",
      "duplicate-field.yaml": ":4:5 the registry cannot be read: the key status stands twice, in lines 3 and 4. keep one of the two",
      "duplicate-list-item.yaml": ":4:5 the registry cannot be read: the session one stands twice, in lines 2 and 4; the one in line 4 is ours. delete the entry in line 4",
      "duplicate-name-quoted.yaml": ":4:3 the registry cannot be read: the session 007 stands twice, in lines 2 and 4. keep one of the two, or give them different tmux_socket in a list",
      "duplicate-root-key.yaml": ":3:1 the registry cannot be read: the key sessions stands twice, in lines 1 and 3. keep one of the two",
      "duplicate-session.yaml": ":6:3 the registry cannot be read: the session one stands twice, in lines 2 and 6; the one in line 6 is ours. delete the entry in line 6",
      "half-written.yaml": ":5:5 the registry cannot be read: a line holds a key without \`: \` and a value. mend that line",
      "latin1.yaml": ":4:13 the registry cannot be read: it is not UTF-8. save it as UTF-8",
      "nested-too-deep.yaml": ":3:211 the registry cannot be read: its values lie in each other too deep. mend that line",
      "nul-bytes.yaml": ":4:1 the registry cannot be read: it holds NUL bytes, as a file does that was not written to its end. bring the text back that stood there (the state folder keeps backups), and take the NUL bytes out",
      "nul-in-a-comment.yaml": ":3:27 the registry cannot be read: it holds NUL bytes, as a file does that was not written to its end. bring the text back that stood there (the state folder keeps backups), and take the NUL bytes out",
      "open-brace.yaml": ":3:3 the registry cannot be read: a \`{\` is not closed, or what stands in it is not indented. mend that line",
      "open-quote.yaml": ":5:1 the registry cannot be read: a quoted text is not closed. mend that line",
      "other-keys-only.yaml": ":1:1 the registry cannot be read: it has no \`sessions\`. is it the right file? A registry has a \`sessions:\` key",
      "root-is-a-list.yaml": ":1:1 the registry cannot be read: it is not a mapping. a registry begins with \`sessions:\`",
      "root-is-a-word.yaml": ":1:1 the registry cannot be read: it is not a mapping. a registry begins with \`sessions:\`",
      "sessions-is-a-word.yaml": ":1:11 the registry cannot be read: \`sessions\` is neither a mapping nor a list. mend that line",
      "several-documents.yaml": ":3:1 the registry cannot be read: it holds more than one document. keep one document: take the second \`---\` out",
      "tab-indent.yaml": ":2:1 the registry cannot be read: a line is indented with a tab; only blanks indent. mend that line",
      "text-behind-quotes.yaml": ":3:25 the registry cannot be read: text stands behind a value that has ended; the quotes belong around the whole text. mend that line",
      "utf-16.yaml": ":1:1 the registry cannot be read: it is not UTF-8. save it as UTF-8",
    }
  `);
});
