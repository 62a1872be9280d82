import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { until, type PrivateWorld, type Running } from '../private-world.ts';
import { exchange, request, type RawAnswer } from './raw-client.ts';

/** A real `asm page` that serves. */
export interface ServedPage extends Running {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** The header that opens it. */
  readonly key: string;
  /** The folder with its address. */
  readonly folder: string;
}

export async function servePage(world: PrivateWorld, words: readonly string[] = []): Promise<ServedPage> {
  const running = world.start(['page', ...words]);
  const url = await until('the address of the page', () => /^http\S+$/m.exec(running.stdout())?.[0] ?? null);
  const { port, hash } = new URL(url);
  const token = hash.slice(1);
  return { ...running, url, port: Number(port), token, key: `Authorization: Bearer ${token}`, folder: folderOf(world) };
}

/** Returns the registry's state folder. */
export function folderOf({ state }: PrivateWorld): string {
  const served = readdirSync(state, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('page.json'));
  if (served === undefined) throw new Error('no page was served');
  return dirname(join(state, served));
}

/** Asks on a connection of its own. */
export function ask(
  { port }: Pick<ServedPage, 'port'>,
  line: string,
  headers: readonly string[] = [],
  body = '',
): Promise<RawAnswer | null> {
  return exchange(port, request(port, line, headers, body));
}
