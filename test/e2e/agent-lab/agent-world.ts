import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isAlive, kill, PrivateWorld, processesOf } from '../private-world.ts';
import type { Installed } from './installed.ts';
import type { ScriptedModel } from './model/model.ts';
import { until } from './until.ts';

/** A pane, as tmux names it. */
export interface PaneName {
  readonly pane: string;
  readonly socket: string;
}

/** A private world with a real, unmodified agent and a scripted model. */
export class AgentWorld extends PrivateWorld {
  readonly model: ScriptedModel;

  constructor({ bin }: Installed, model: ScriptedModel) {
    super();
    this.model = model;
    this.env = {
      ...this.env,
      PATH: [bin, this.env['PATH'] ?? ''].join(delimiter),
      TERM: 'xterm-256color',
      SHELL: '/bin/bash',
      // Sockets of agents; else they stay below /tmp.
      XDG_RUNTIME_DIR: this.folder('run'),
    };
  }

  /** Opens a shell in a session, on the world's own tmux server. */
  newSession(session: string, { cwd = this.work, socket = 'default' } = {}): PaneName {
    const shell = ['bash', '--norc', '--noprofile', '-i'];
    const size = ['-x', '140', '-y', '45'];
    const words = ['new-session', '-d', '-P', '-F', '#{pane_id}', '-s', session, '-c', cwd, ...size];
    return { pane: this.tmux([...words, '-e', 'SHELL=/bin/bash', ...shell], socket).trim(), socket };
  }

  /** What a process reported last of itself; `null`: nothing. */
  reportOf(pid: number): Record<string, unknown> | null {
    const path = join(this.state, 'hooks', `${pid}-${startOf(pid)}.json`);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
  }

  /** Ends every process of this home, by pid: the daemons of agents outlive tmux. */
  override async close(): Promise<void> {
    await until('the processes of this home to end', () => {
      const left = processesOf(`HOME=${this.home}`).filter(isAlive);
      for (const pid of left) kill(pid, 'SIGKILL');
      return left.length === 0;
    });
    await super.close();
  }
}

/** When a process started, by the kernel's own count. */
function startOf(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
