import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostname } from 'node:os';
import { AudienceError, exitCode, UsageError } from '../errors.ts';
import type { Context, ServedPage, SshAsk } from '../operations/context.ts';
import { codeOf } from '../system/errno.ts';
import type { AddressFiles, Other } from './address-file.ts';
import { CardView, type CardName } from './card-view.ts';
import { commentOn } from './comment.ts';
import { Feed } from './feed.ts';
import type { ShellFile } from './guard.ts';
import type { Looks, Watcher } from './looks.ts';
import { openInBrowser } from './open-in-browser.ts';
import { Hosts } from './hosts.ts';
import { loopback, serve, type Content, type PageServer } from './server.ts';

export interface PageOptions {
  readonly context: Context;
  readonly looks: Looks;
  readonly cardOf: (watcher: Watcher | null) => CardName;
  readonly files: AddressFiles;
  /** Hosts that are asked over ssh; `null`: none. */
  readonly ssh: SshAsk | null;
  /** The port that the user named; 0: none, so that of the last page, or any. */
  readonly port: number;
}

/**
 * Serves the page and puts its address where its user finds it, or finds the page that another process serves: there is
 * one page for each registry and place, so that its address is one.
 * @throws UsageError if the port that the user named cannot be had
 */
export function startPage(options: PageOptions): Promise<ServedPage> {
  const { files } = options;
  return files.inTurn(async () => (files.other === null ? start(options) : othersPage(files.other, options)));
}

async function start(options: PageOptions): Promise<ServedPage> {
  const { context, files, port } = options;
  // 256 bits.
  const token = randomBytes(32).toString('base64url');
  const content = contentOf(options);
  const onDefect = (line: string): void => context.output.log('error', line);
  const server = await listening(port, files.formerPort, (at) => serve({ content, token, port: at, onDefect }));
  const url = `http://${loopback}:${server.port}/#${token}`;
  try {
    files.write(url, server.port);
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    url,
    port: server.port,
    pid: process.pid,
    isOthers: false,
    open: () => openInBrowser(files.opener, context.env, process.platform),
    close: async () => {
      files.remove(url);
      await server.close();
    },
  };
}

function othersPage(other: Other, { files, context }: PageOptions): ServedPage {
  return {
    ...other,
    isOthers: true,
    open: () => openInBrowser(files.opener, context.env, process.platform),
    close: () => Promise.resolve(),
  };
}

/** Listens at the named port, else at that of the last page, else at any. */
async function listening(
  named: number,
  former: number | null,
  at: (port: number) => Promise<PageServer>,
): Promise<PageServer> {
  if (named !== 0) {
    return at(named).catch((cause: unknown) => {
      const taken = codeOf(cause) === 'EADDRINUSE';
      throw new UsageError(taken ? `port ${named} is taken` : `port ${named} cannot be had (${codeOf(cause)})`, {
        where: `${loopback}:${named}`,
        cure: 'name another with --port or `page.port` in the config; 0 takes one that is free',
        cause,
      });
    });
  }
  const again = former === null ? null : await at(former).catch(() => null);
  return again ?? at(0);
}

function contentOf({ context, looks, cardOf, ssh }: PageOptions): Content {
  const host = hostname();
  const { settings, version, now, program } = context;
  const card = new CardView({ cardOf, open: context.board, comments: settings.page.comments });
  const feed = new Feed({
    version,
    host,
    registry: settings.registry.path,
    now,
    log: context.log(),
    history: context.stateHistory(),
    looks,
    card,
    hosts: new Hosts({ context, host, sources: { mqtt: settings.mqtt, ssh } }),
  });
  return {
    shell: readShell(join(dirname(program.at(-1) ?? ''), 'page')),
    source: feed,
    timeline: (hours) => feed.timeline(hours),
    comment: (body) => commentOn(card, body, context.signal),
  };
}

/** Reads the files of the page, which lie beside the bundle in a clone and in an installed package. */
function readShell(folder: string): Readonly<Record<ShellFile, Buffer>> {
  const read = (name: ShellFile): Buffer => {
    try {
      return readFileSync(join(folder, name));
    } catch (cause) {
      throw new AudienceError(exitCode.usage, 'the files of the page are missing', {
        where: join(folder, name),
        cure: 'install the program again, or run `npm run build` in its clone',
        cause,
      });
    }
  };
  return {
    'index.html': read('index.html'),
    'page.js': read('page.js'),
    'page.css': read('page.css'),
    'icon.svg': read('icon.svg'),
  };
}
