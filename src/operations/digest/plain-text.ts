import { type Paint } from '../text/paint.ts';
import { table } from '../text/table.ts';
import type { Block, More, Rows } from './block.ts';

const indent = '  ';
/** The least width of a text beside names and times. */
const leastText = 24;

/**
 * Returns a digest for a terminal.
 * @param width columns; a command to paste is never broken
 */
export async function plainText(blocks: readonly Block[], paint: Paint, width: number): Promise<string> {
  const texts: string[] = [];
  for (const block of blocks) texts.push(await textOf(block, paint, width));
  return texts.join('\n');
}

async function textOf(block: Block, paint: Paint, width: number): Promise<string> {
  switch (block.kind) {
    case 'title':
      return paint('bold', wrap(block.text, width).join('\n'));
    case 'note':
      return [...wrap(block.text, width), ...commandLine(block.command, paint)].join('\n');
    case 'paste':
      return [
        ...(block.title === null ? [''] : [headOf(block.title, paint)]),
        ...wrap(block.text, width - indent.length).map(indented),
        ...commandLine(block.command, paint),
      ].join('\n');
    case 'list':
      return [headOf(block.title, paint), await listText(block.rows, width), ...moreText(block.more)].join('\n');
    case 'table':
      return [headOf(block.title, paint), await tableText(block.rows, paint, width), ...moreText(block.more)].join(
        '\n',
      );
  }
}

function commandLine(command: string | undefined, paint: Paint): readonly string[] {
  return command === undefined ? [] : [`${indent}${indent}${paint('cyan', command)}`];
}

function headOf(title: string, paint: Paint): string {
  return `\n${paint('bold', `${title}:`)}`;
}

/** Lays rows out in columns; the last cell is broken into lines. */
async function listText(rows: Rows, width: number): Promise<string> {
  const leads = Math.max(...rows.map((row) => row.slice(0, -1).reduce((sum, cell) => sum + cell.length + 2, 0)));
  const room = Math.max(leastText, width - indent.length - leads);
  const lines = rows.flatMap((row) => {
    const [first = '', ...rest] = wrap(row.at(-1) ?? '', room);
    const blank = row.slice(0, -1).map(() => '');
    return [[...row.slice(0, -1), first], ...rest.map((line) => [...blank, line])];
  });
  return indentAll(await table(lines, (cell) => cell));
}

/** Lays a table out. Where it is too wide, names are cut in their middle, and then the last numbers are left out. */
async function tableText(rows: Rows, paint: Paint, width: number): Promise<string> {
  const numbers = (rows[0] ?? []).map((_, column) => column).slice(leastColumns);
  const cuts = [
    { column: 0, least: 20, from: 'middle' },
    ...numbers.toReversed().map((column) => ({ column, least: 0 })),
    { column: 0, least: 8, from: 'middle' },
  ] as const;
  const show = (cell: string, _: number, row: readonly string[]): string =>
    row === rows[0] ? paint('dim', cell) : cell;
  return indentAll(await table(rows, show, { width: width - indent.length, cuts }));
}

/** The name, and how long it worked and waited. */
const leastColumns = 3;

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
