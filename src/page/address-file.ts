import { dirname, join } from 'node:path';
import * as z from 'zod';
import { readText } from '../system/if-readable.ts';
import { readJson } from '../system/json.ts';
import { withLock } from '../system/lock.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import { isAlive, ownProcess } from '../system/process-identity.ts';
import { tryUnlink, writeStateFile } from '../system/replace-file.ts';

const servedSchema = z.object({
  port: z.int().min(1).max(65_535),
  pid: z.int().positive(),
  start: z.string(),
  /** The id of the place: a pid of another place that shares the folder means nothing here. */
  place: z.string(),
});

/** The page that another living process serves. */
export interface Other {
  readonly pid: number;
  readonly port: number;
  /** Its address with the token. */
  readonly url: string;
}

/**
 * The files in the registry's state folder that say where the page is. All are for their owner alone (mode 0600):
 * `page.url` holds the address with its token, and `page.html` opens it, while the page is served; `page.json` keeps
 * the port for the next start.
 */
export class AddressFiles {
  readonly opener: string;
  readonly #url: string;
  readonly #served: string;
  readonly #place: string;

  /**
   * @param dir the registry's state folder
   * @param place the id of this place
   */
  constructor(dir: string, place: string) {
    this.#url = join(dir, 'page.url');
    this.opener = join(dir, 'page.html');
    this.#served = join(dir, 'page.json');
    this.#place = place;
  }

  /** Returns the port of the last page; `null`: there was none. */
  get formerPort(): number | null {
    return this.#read()?.port ?? null;
  }

  /** Returns the page that another process of this place serves. */
  get other(): Other | null {
    const served = this.#read();
    if (served === null || served.place !== this.#place || served.pid === process.pid || !isAlive(served)) return null;
    const url = readText(this.#url)?.trim() ?? null;
    return url !== null && portIn(url) === served.port ? { pid: served.pid, port: served.port, url } : null;
  }

  /** Finds or starts a page while no other process does: of several that start at once one serves it. */
  inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    makeOwnFolder(dirname(this.#served));
    return withLock(this.#served, work);
  }

  /** Writes the address. Of a page that root serves only root may know it: it shows what root may read. */
  write(url: string, port: number): void {
    writeStateFile(this.#served, JSON.stringify({ port, ...ownProcess(), place: this.#place }), 'writer');
    writeStateFile(this.#url, `${url}\n`, 'writer');
    writeStateFile(this.opener, openerOf(url), 'writer');
  }

  /** Removes the address, unless a later page has put its own there. A file that stays names a page that is gone. */
  remove(url: string): void {
    if (readText(this.#url)?.trim() !== url) return;
    for (const path of [this.#url, this.opener]) tryUnlink(path);
  }

  #read(): z.infer<typeof servedSchema> | null {
    return readJson(this.#served, (value) => servedSchema.safeParse(value).data ?? null);
  }
}

/** Returns a document that leads a browser on: on its command line stands only the name of the file. */
function openerOf(url: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${url}">
<title>agent sessions</title>
`;
}

function portIn(url: string): number | null {
  return URL.canParse(url) ? Number(new URL(url).port) : null;
}
