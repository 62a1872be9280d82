import { type Paint } from '../text/paint.ts';
import { table } from '../text/table.ts';
import type { Block, More, Rows } from './block.ts';

/** The width of a digest in columns; a command to paste is never broken. */
const width = 80;
const indent = '  ';
/** The least width of a text beside names and times. */
const leastText = 24;

/** Returns a digest for a terminal. */
export async function plainText(blocks: readonly Block[], paint: Paint): Promise<string> {
  const texts: string[] = [];
  for (const block of blocks) texts.push(await textOf(block, paint));
  return texts.join('\n');
}

async function textOf(block: Block, paint: Paint): Promise<string> {
  switch (block.kind) {
    case 'title':
      return paint('bold', wrap(block.text, width).join('\n'));
    case 'note':
      return wrap(block.text, width).join('\n');
    case 'paste':
      return [
        '',
        ...wrap(block.text, width - indent.length).map(indented),
        `${indent}${indent}${paint('cyan', block.command)}`,
      ].join('\n');
    case 'list':
      return [headOf(block.title, paint), await listText(block.rows), ...moreText(block.more)].join('\n');
    case 'table':
      return [headOf(block.title, paint), await tableText(block.rows, paint), ...moreText(block.more)].join('\n');
  }
}

function headOf(title: string, paint: Paint): string {
  return `\n${paint('bold', `${title}:`)}`;
}

/** Lays rows out in columns; the last cell is broken into lines. */
async function listText(rows: Rows): Promise<string> {
  const leads = Math.max(...rows.map((row) => row.slice(0, -1).reduce((sum, cell) => sum + cell.length + 2, 0)));
  const room = Math.max(leastText, width - indent.length - leads);
  const lines = rows.flatMap((row) => {
    const [first = '', ...rest] = wrap(row.at(-1) ?? '', room);
    const blank = row.slice(0, -1).map(() => '');
    return [[...row.slice(0, -1), first], ...rest.map((line) => [...blank, line])];
  });
  return indentAll(await table(lines, (cell) => cell));
}

/** Lays a table out; names that leave no room for the numbers are cut. */
async function tableText(rows: Rows, paint: Paint): Promise<string> {
  const numbers = (rows[0] ?? [])
    .slice(1)
    .map((_, index) => Math.max(...rows.map((row) => row[index + 1]?.length ?? 0)));
  const room = width - indent.length - numbers.reduce((sum, one) => sum + one + 2, 0);
  const cut = rows.map(([name = '', ...cells]) => [
    name.length > room ? `${name.slice(0, room - 1)}…` : name,
    ...cells,
  ]);
  const titles = new Set(rows[0]);
  return indentAll(await table(cut, (cell) => (titles.has(cell) ? paint('dim', cell) : cell)));
}

function moreText(more: More | null): readonly string[] {
  return more === null ? [] : [`${indent}and ${more.count} more: ${more.command}`];
}

function indentAll(text: string): string {
  return text.split('\n').map(indented).join('\n');
}

function indented(line: string): string {
  return `${indent}${line}`;
}

/** Breaks a text at blanks into lines of at most so many columns; a longer word keeps a line of its own. */
function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
