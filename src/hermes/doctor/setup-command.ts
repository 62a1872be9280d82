import { shellQuote } from '../../core/words/text.ts';
import type { HermesHome } from '../hermes-home.ts';

/** What brings skill and entry of that profile up to date. */
export function setupCommand({ root, profile }: HermesHome): string {
  const words = ['asm', 'setup', '--hermes-home', root, ...(profile === 'default' ? [] : ['--profile', profile])];
  return words.map(shellQuote).join(' ');
}
