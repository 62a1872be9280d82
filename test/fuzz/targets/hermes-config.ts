import { expect } from 'vitest';
import { withEntry, withoutEntry } from '../../../src/hermes/mcp-entry.ts';
import { orRefused } from './or-refused.ts';
import type { Target } from './target.ts';

const entry = { command: '/usr/bin/node', args: ['/x/cli.js', 'mcp'], env: { A: 'b' }, timeout: 600 };

/** Hermes' configuration: the entry of this program goes in and out again, and all else stays. */
export const hermesConfig: Target = {
  name: 'hermes-config',
  seeds: [
    'a: 1 # one\nmcp_servers:\n  other: { command: x }\nz: [1, 2]\n',
    '# nothing\n',
    'a: |\n  text\n\nb: &x 1\nc: *x\n',
  ],
  parse: added,
  check: (text) => {
    const change = added(text);
    if (change === null || !('text' in change)) return;
    const back = orRefused(() => withoutEntry('config.yaml', change.text, entry));
    if (back !== null && 'text' in back && !text.includes('mcp_servers')) expect(back.text.trim()).toBe(text.trim());
  },
};

function added(text: string) {
  return orRefused(() => withEntry('config.yaml', text, entry));
}
