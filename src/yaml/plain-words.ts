import type { YAMLError } from 'yaml';

/** Says what is wrong with a text that does not parse, for people who have never read the YAML specification. */
export function plainWords({ message }: Pick<YAMLError, 'message'>): string {
  const [first = ''] = message.split('\n');
  const known = words.find(([pattern]) => pattern.test(first));
  return known === undefined ? first : first.replace(known[0], known[1]);
}

/** The parser's whole first line, and the words that replace it. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^Flow sequence .*$/, 'a `[` is not closed, or what stands in it is not indented'],
  [/^Flow map .*$/, 'a `{` is not closed, or what stands in it is not indented'],
  [/^Missing closing .*$/, 'a quoted text is not closed'],
  [/^All (mapping|sequence) items .*$/, 'a line is indented otherwise than its neighbours'],
  [/^Nested mappings .*$/, 'a line holds a second `: `; a text with `: ` in it needs quotes'],
  [/^Implicit map keys .*$/, 'a line holds a key without `: ` and a value'],
  [/^Implicit keys .*$/, 'a key goes over more than one line'],
  [/^A block sequence may not .*$/, 'a `- ` stands where a key is expected'],
  [/^Tabs are not allowed .*$/, 'a line is indented with a tab; only blanks indent'],
  [/^Plain value cannot start with (.*)$/, 'a text that begins with $1 needs quotes'],
  [/^Invalid escape sequence (.*)$/, 'the backslash in $1 means nothing; single quotes keep it as it is'],
  [/^Missing , .*$/, 'a comma is missing between two items'],
  [/^Missing space after : .*$/, 'a blank is missing after a `:`'],
  [/^Comments must be separated .*$/, 'a blank is missing before a `#`'],
  [/^Map keys must be unique$/, 'a key stands twice'],
  [/^Source contains multiple documents.*$/, 'a line `---` begins a second document; only one is read'],
  [/^Unresolved alias .*: (.*)$/, 'the alias *$1 stands for nothing before it'],
  [/^Merge sources must .*$/, 'what `<<` merges has no keys'],
  [/^Excessive alias count .*$/, 'its aliases unfold to too many values'],
  [/^The : indicator must .*$/, 'a key has more than 1,024 letters, or a quoted text is not closed'],
  [/^Block scalar header includes .*$/, 'text stands behind a `|` or `>`: it begins in the next line'],
  [/^Sequence item without - .*$/, 'a `- ` is missing before an item'],
  [/^Unresolved tag: (.*)$/, 'the tag $1 is not known'],
  [/^Unexpected block-seq-ind .*$/, 'a `- ` stands behind a `:`; a `-` alone as a value needs quotes'],
  [/^Block collections are not allowed within flow .*$/, 'a `-` alone inside of `{ }` or `[ ]` needs quotes'],
  [/^Unexpected flow-(?:map|seq)-end token .*"(.)"$/, 'a `$1` closes nothing'],
  [/^Unexpected scalar .*$/, 'text stands behind a value that has ended; the quotes belong around the whole text'],
  [/^Unexpected (.*?)(?: token)?(?: (?:in|at) .*)?$/, '$1 stands where nothing like it is expected'],
];
