import { styleText } from 'node:util';

export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string;

/** Colours text, or leaves it as it is. Whether the stream takes colour is decided by the face. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

/** The colour in which a state of a session, or a class of drift, is shown. */
export function tone(text: string): 'red' | 'yellow' | 'green' | 'dim' {
  if (/^(gone|agent exited)|job was running!$/.test(text)) return 'red';
  if (/^(unknown|elsewhere|needs you|terminated · still)/.test(text)) return 'yellow';
  return text.startsWith('terminated') ? 'dim' : 'green';
}
