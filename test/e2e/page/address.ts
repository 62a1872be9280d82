import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { until, type PrivateWorld } from '../private-world.ts';

/** Returns the address that stands in the registry's state folder, once it is another than before. */
export function addressIn({ state }: PrivateWorld, before = ''): Promise<string> {
  return until('the address of the page', () => {
    const files = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('page.url'));
    const [file] = files;
    const address = file === undefined ? '' : readFileSync(join(state, file), 'utf8').trim();
    return address === before || address === '' ? null : address;
  });
}
