import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalBoard } from '../src/board/local-board.ts';
import type { Observation } from '../src/core/model/observation.ts';
import { emptyLastLook, type Memory } from '../src/core/model/memory.ts';
import { JobFolder } from '../src/jobs/store.ts';
import { FileLog } from '../src/log/file-log.ts';
import type { Context } from '../src/operations/context.ts';
import { reportPass } from '../src/operations/pass-report.ts';
import type { PassPorts } from '../src/pass/pass.ts';
import { makeRegistryFile } from '../src/registry/disk-registry-file.ts';
import { stdoutReader } from '../src/tell/stdout.ts';
import {
  anObservation,
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
  now,
  settings as planSettings,
  trees,
} from './core/world.ts';
import { fakeContext, settings } from './operations/fake-context.ts';

/** Where the registry is said to be. */
export const registryPath = '/home/me/agent-sessions.yaml';
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
 */
export class ScriptedWorld {
  readonly dir = mkdtempSync(join(tmpdir(), 'asm-scripted-'));
  readonly path = join(this.dir, 'registry.yaml');
  readonly board = this.#boardOf('tester');
  readonly clock = { now };
  /** What the next pass sees otherwise. */
  observation: Partial<Observation> = shopWorks;
  readonly ports: PassPorts;
  readonly context: Context;
  #memory: Memory = emptyLastLook;

  constructor() {
    writeFileSync(this.path, registry);
    utimesSync(this.path, longAgo / 1000, longAgo / 1000);
    this.ports = this.#makePorts();
    this.context = this.#makeContext();
  }

  /** Replaces what differs at each run: the folder, ids by chance, and what a pass took. */
  same(text: string): string {
    const ids = new Map<string, string>();
    return text
      .replaceAll(this.path, registryPath)
      .replaceAll(this.dir, '/home/me')
      .replaceAll(/(?<="ms": ?)\d+/g, '41')
      .replaceAll(/\b(?:[0-9a-f]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4})?)\b(?!-)/g, (id) => {
        const known =
          ids.get(id) ?? `${id.length < 16 ? '5b1c0f3a-' : '7f3a0c51d2e4'}${String(ids.size + 1).padStart(4, '0')}`;
        ids.set(id, known);
        return known;
      });
  }

  registryText(): string {
    return readFileSync(this.path, 'utf8');
  }

  close(): void {
    rmSync(this.dir, { recursive: true });
  }

  #makePorts(): PassPorts {
    const clock = (): number => this.clock.now;
    const stateDir = join(this.dir, 'state');
    return {
      registryPath,
      registryFile: makeRegistryFile({
        path: this.path,
        lockPath: `${this.path}.lock`,
        stateDir,
        cacheDir: join(this.dir, 'cache'),
        now: clock,
        wait: () => Promise.resolve(),
        signal: new AbortController().signal,
      }),
      log: new FileLog({ dir: stateDir, registryPath, now: clock, warn: () => undefined }),
      memoryStore: {
        load: () => Promise.resolve(this.#memory),
        save: (memory) => {
          this.#memory = memory;
          return Promise.resolve(null);
        },
      },
      place: 'machine-1',
      observe: () =>
        Promise.resolve({
          observation: anObservation({ at: clock(), ...this.observation }),
          cost: { spawns: 1, bytesRead: 20_480 },
        }),
      sweep: () => Promise.resolve(),
      settings: { ...planSettings, graceMs: 5_000 },
      now: clock,
      wait: () => Promise.resolve(),
    };
  }

  #makeContext(): Context {
    const { context } = fakeContext({});
    const { ports } = this;
    const reader = stdoutReader(ports.log);
    const now = ports.now;
    return {
      ...context,
      now,
      board: () => this.board,
      log: () => ports.log,
      registryFile: () => ports.registryFile,
      jobs: () =>
        new JobFolder({
          settings: { ...settings.jobs, dir: join(this.dir, 'jobs') },
          now,
          newId: () => '3f2a9c1e-5d7b',
          notice: () => undefined,
        }),
      pass: ({ mode, adopt = null }) => reportPass(ports, reader, { mode, adopt }, context.signal),
    };
  }

  #boardOf(author: string): LocalBoard {
    const now = (): number => this.clock.now;
    return new LocalBoard({ dir: join(this.dir, 'board'), now, author, notice: () => undefined });
  }
}

/** Claude works in the pane of `shop`; that of `blog` is dead. */
const shopWorks: Partial<Observation> = {
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
