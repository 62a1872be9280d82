import { styleText } from 'node:util';

export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string;

/**
 * Makes a function that colours text, or leaves it as it is. The interface decides whether the stream takes colour.
 */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

/** Returns the colour of a session's state, or of a class of drift. */
export function tone(text: string): 'red' | 'yellow' | 'green' | 'cyan' | 'dim' {
  if (/^(gone|agent exited)|job was running!$/.test(text)) return 'red';
  if (/^(unknown|elsewhere|needs you|terminated · still)/.test(text)) return 'yellow';
  if (/^(terminated|left alone|half typed)/.test(text)) return 'dim';
  return /^(idle|shell)/.test(text) ? 'cyan' : 'green';
}
