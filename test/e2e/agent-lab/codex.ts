import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AgentPane } from './agent-pane.ts';
import { AgentWorld } from './agent-world.ts';
import { until } from './until.ts';
import type { Installed } from './installed.ts';
import type { ScriptedModel } from './model/model.ts';

/** What its screen shows while it waits for a prompt. */
export const listens = /Ask Codex to do anything/;

/** A private world with a real, unmodified Codex CLI, which asks nothing at its start. */
export class CodexWorld extends AgentWorld {
  /** @param daemon whether each Codex leaves its conversations to a daemon, as it does unless it is told not to */
  constructor(codex: Installed, model: ScriptedModel, { daemon }: { readonly daemon: boolean }) {
    super(codex, model);
    this.env = { ...this.env, SCRIPTED_KEY: 'dummy', TMPDIR: this.folder('tmp') };
    const trusted = [this.home, this.work].map((folder) => `[projects."${folder}"]\ntrust_level = "trusted"\n`);
    symlinkSync('agent-sessions-monitor', join(this.bin, 'asm'));
    this.file(
      'home/.codex/config.toml',
      `${notify()}\n${configOf(model)}daemon_auto_start = ${daemon}\n${trusted.join('')}`,
    );
  }

  openShell(session: string, options: Parameters<AgentWorld['newSession']>[1] = {}): AgentPane<CodexWorld> {
    return new AgentPane(this, this.newSession(session, options), 'codex');
  }

  /** Waits for the rollout of the only conversation. @returns its id. */
  conversation(): Promise<string> {
    return until('a conversation', () => this.rollouts().map(idIn)[0]);
  }

  /** Ids of the conversations whose rollout holds that text. */
  conversationsWith(text: string): readonly string[] {
    return this.rollouts()
      .filter((path) => readFileSync(path, 'utf8').includes(text))
      .map(idIn);
  }

  /** Ids of the conversations that are locked, or were when their Codex was killed. */
  locks(): readonly string[] {
    return readdirSync(join(this.home, '.codex/thread-writer-locks')).flatMap((name) =>
      name.startsWith('.') ? [] : basename(name, '.lock'),
    );
  }

  /** Ends its daemon with all else, and removes what that left outside the home. */
  override async close(): Promise<void> {
    await super.close();
    const folder = join('/tmp', `codex-daemon-${process.getuid?.() ?? 0}`);
    for (const socket of ['app-server-control/app-server-control.sock', 'app-server-daemon/daemon-updater.sock']) {
      const name = createHash('sha256')
        .update(join(this.home, '.codex', socket))
        .digest('hex');
      for (const ending of ['', '.lock']) rmSync(join(folder, name + ending), { force: true });
    }
  }

  private rollouts(): readonly string[] {
    const sessions = join(this.home, '.codex/sessions');
    if (!existsSync(sessions)) return [];
    return readdirSync(sessions, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.jsonl'))
      .map((path) => join(sessions, path));
  }
}

function idIn(rollout: string): string {
  return basename(rollout, '.jsonl').slice(-36);
}

/** Returns the line by which Codex reports, as the page on hooks shows it. */
function notify(): string {
  const page = readFileSync(new URL('../../../docs/hooks.md', import.meta.url), 'utf8');
  const line = /^notify = .*$/m.exec(page)?.[0];
  if (line === undefined) throw new Error('docs/hooks.md shows no line for Codex');
  return line;
}

/** The table that it ends with goes on. */
function configOf({ url }: ScriptedModel): string {
  return `model = "gpt-5-codex"
model_provider = "scripted"
approval_policy = "on-request"
sandbox_mode = "read-only"
check_for_update_on_startup = false
[model_providers.scripted]
name = "scripted"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "SCRIPTED_KEY"
[analytics]
enabled = false
[features]
`;
}
