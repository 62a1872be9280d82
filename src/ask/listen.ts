import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { codeOf } from '../system/errno.ts';
import { ifReadable } from '../system/if-readable.ts';
import { isOwnFolder } from '../system/own-folder.ts';
import { longestRequest } from './protocol.ts';

/** More askers at once are turned away, and look for themselves. */
const askersAtMost = 64;
/** An asker that is slow to ask or to read is turned away; ms. */
const askerMs = 1_000;

/** Answers a line; `null`: it has no answer. It never throws. */
export type AnswerLine = (line: string) => Promise<Buffer | null>;

export interface Listening {
  /** Ends it, and removes the socket. */
  close(): Promise<void>;
}

/**
 * Listens at the path, for this user alone: each connection asks one line and gets one answer. The caller holds the
 * lease, so that no second process listens there.
 * @param connectionMs how long an asker may take to ask and to read; ms
 * @returns `null` if it cannot listen: other users may open the folder, or another user or process has the path
 */
export async function listenAt(path: string, answer: AnswerLine, connectionMs = askerMs): Promise<Listening | null> {
  if (!isOwnFolder(dirname(path)) || !(await makeRoom(path))) return null;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    serve(socket, answer, connectionMs);
  });
  server.maxConnections = askersAtMost;
  if (!(await listens(server, path))) return null;
  // It does not keep its process alive.
  server.unref();
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/**
 * Removes the socket that a killed monitor left behind.
 * @returns whether the path is free: a file of another kind or user stays, and so does a socket at which a process
 * listens
 */
async function makeRoom(path: string): Promise<boolean> {
  const stat = ifReadable(() => lstatSync(path, { throwIfNoEntry: false }) ?? 'free');
  if (stat === 'free') return true;
  if (stat === null || !stat.isSocket() || stat.uid !== process.geteuid?.()) return false;
  if (!(await isDeserted(path))) return false;
  return ifReadable(() => unlinkSync(path)) !== null;
}

/** Decides whether no process listens: only the kernel's refusal says so. */
function isDeserted(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED'));
  });
}

function listens(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    // For good: an error of a later connection would otherwise end the monitor.
    server.on('error', () => resolve(false));
    server.listen(path, () => {
      // Other users cannot open the folder, so none of them connected before. The folder may be removed at any time.
      const isOurs = ifReadable(() => chmodSync(path, 0o600)) !== null;
      if (!isOurs) server.close();
      resolve(isOurs);
    });
  });
}

function serve(socket: Socket, answer: AnswerLine, connectionMs: number): void {
  const late = setTimeout(() => socket.destroy(), connectionMs).unref();
  let text = '';
  const hear = (chunk: Buffer): void => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\n');
    if (end === -1 && text.length <= longestRequest) return;
    socket.off('data', hear);
    socket.pause();
    if (end === -1 || end > longestRequest) return void socket.destroy();
    void answer(text.slice(0, end)).then((bytes) => (bytes === null ? socket.destroy() : socket.end(bytes)));
  };
  socket.on('error', () => socket.destroy());
  socket.once('close', () => clearTimeout(late));
  socket.on('data', hear);
}
