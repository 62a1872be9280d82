import { join } from 'node:path';
import { LocalBoard } from '../src/board/local-board.ts';
import { JobFolder } from '../src/jobs/store.ts';
import type { Context } from '../src/operations/context.ts';
import { reportPass } from '../src/operations/pass-report.ts';
import { stdoutReader } from '../src/tell/stdout.ts';
import {
  aPane,
  aProcess,
  aSession,
  aTree,
  claudeLive,
  claudeLook,
  deadPids,
  defaultSocket,
  listed,
  longAgo,
  trees,
  type Shown,
} from './core/world.ts';
import { fakeContext, settings } from './operations/fake-context.ts';
import { passWorld } from './pass/pass-world.ts';

const conversation = '87dc548e-0c1f-4a57-9a3e-5f0d6a1b2c3d';
const registry = `version: 1
sessions:
  shop-creator-claude:
    workspace: shop
    agent: claude
    cwd: /home/me/shop
    status: running
    pane: { pid: 1001, cmd: claude, cwd: /home/me/shop }
    claude_session_id_own: null
  blog-creator-claude:
    workspace: blog
    agent: claude
    cwd: /home/me/blog
    status: running
    pane: { pid: 1002, cmd: claude, cwd: /home/me/blog }
    claude_session_id_own: 3f2a9c1e-7b64-4d02-8c55-1e9f0a7d6b41
`;

/**
 * A world that is the same at each run: the registry, the log, the board and the jobs are real files in a folder of
 * their own, and what tmux and the agents say is given. Claude works in `shop`; the session of `blog` is gone.
 * @param whenDone is given what removes that folder
 */
export function scriptedWorld(whenDone?: (remove: () => void) => void) {
  const passing = passWorld(registry, whenDone);
  const { dir, ports } = passing;
  const { now } = ports;
  passing.kept.observation = shopWorks;
  const board = new LocalBoard({ dir: join(dir, 'board'), now, author: 'tester', notice: () => undefined });
  const fake = fakeContext({}).context;
  const reader = stdoutReader(ports.log);
  const jobs = { ...settings.jobs, dir: join(dir, 'jobs') };
  const context: Context = {
    ...fake,
    now,
    board: () => board,
    log: () => ports.log,
    registryFile: () => ports.registryFile,
    jobs: () => new JobFolder({ settings: jobs, now, newId: () => jobId, notice: () => undefined }),
    pass: ({ mode, adopt = null }) => reportPass(ports, reader, { mode, adopt }, fake.signal),
  };
  return { passing, board, context, same: (text: string): string => same(text, passing) };
}

export const jobId = '3f2a9c1e-5d7b';

/** Replaces what differs at each run: the folder, ids by chance, and how long a pass took. */
function same(text: string, { path, dir }: { readonly path: string; readonly dir: string }): string {
  const ids = new Map<string, string>();
  return text
    .replaceAll(path, settings.registry.path)
    .replaceAll(dir, '/home/me')
    .replaceAll(/(?<="ms": ?|pass )\d+(?=,| ms)/g, '41')
    .replaceAll(/\b(?:[0-9a-f]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4})?)\b(?!-)/g, (id) => {
      const known =
        ids.get(id) ?? `${id.length < 16 ? '5b1c0f3a-' : '7f3a0c51d2e4'}${String(ids.size + 1).padStart(4, '0')}`;
      ids.set(id, known);
      return known;
    });
}

/** Claude works in the pane of `shop`; that of `blog` is dead. */
const shopWorks: Shown = {
  sockets: new Map([[defaultSocket, listed([aSession('shop-creator-claude', { panes: [aPane(1001)] })])]]),
  panes: new Map([...trees(aTree(aProcess(1001, { cwd: '/home/me/shop' }))), ...deadPids(1002)]),
  claude: claudeLook({
    live: new Map([
      [
        1001,
        claudeLive(1001, conversation, {
          cwd: '/home/me/shop',
          path: '/home/me/.claude/sessions/1001.json',
          status: 'busy',
        }),
      ],
    ]),
    artifacts: new Map(
      [conversation, '3f2a9c1e-7b64-4d02-8c55-1e9f0a7d6b41'].map((id) => [
        id,
        { path: `/home/me/.claude/projects/x/${id}.jsonl`, size: 1, mtime: longAgo },
      ]),
    ),
  }),
  folders: new Map([
    ['/home/me/shop', true],
    ['/home/me/blog', true],
  ]),
};
