import type { Block } from './block.ts';

/** Returns a digest in Markdown: a page of it is made with every row. */
export function markdown(blocks: readonly Block[]): string {
  return blocks.map(textOf).join('\n\n');
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `# ${escaped(block.text)}`;
    case 'note':
      return block.command === undefined ? escaped(block.text) : `${escaped(block.text)}\n\n${fenced(block.command)}`;
    case 'paste':
      return `${block.title === null ? '' : `## ${escaped(block.title)}\n\n`}${escaped(block.text)}\n\n${fenced(block.command)}`;
    case 'list':
      return [`## ${block.title}\n`, ...block.rows.map((row) => `- ${row.map(escaped).join(' · ')}`)].join('\n');
    case 'table': {
      const [head = [], ...rows] = block.rows;
      const lines = [head, head.map((_, index) => (index === 0 ? '---' : '--:')), ...rows];
      return [`## ${block.title}\n`, ...lines.map((row) => `| ${row.map(escaped).join(' | ')} |`)].join('\n');
    }
  }
}

/** Fences a command with more backticks than it holds. */
function fenced(command: string): string {
  const longest = Math.max(2, ...[...command.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${command}\n${fence}`;
}

/** Escapes what Markdown or HTML would read in a name. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#&~]/g, (sign) => `\\${sign}`);
}
