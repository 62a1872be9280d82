import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AgentWorld } from '../agent-lab/agent-world.ts';
import type { ScriptedModel } from '../agent-lab/model/model.ts';
import { until } from '../agent-lab/until.ts';
import type { ClaudeVersion } from './versions.ts';
import { ClaudePane } from './claude-pane.ts';

/** Claude Code compares the last 20 characters of a key with those that the user approved. */
const key = 'sk-ant-api03-dummy-dummy-dummy-dummy-dummy-0000000000';

const trusted = { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true };
/** It asks before it runs a tool, but not before it runs itself. */
const settings = JSON.stringify({
  permissions: { defaultMode: 'default', allow: ['Bash(claude -p:*)'] },
});

/** What Claude Code writes of a living process of its own, as far as the tests read it. */
export interface LiveRecord {
  readonly pid: number;
  readonly sessionId: string;
  readonly kind: string;
  readonly cwd: string;
  readonly status?: string;
  readonly waitingFor?: string;
  readonly jobId?: string;
  readonly parkedJobId?: string;
  readonly version: string;
}

/** A private world with a real, unmodified Claude Code, which asks nothing at its start, and a scripted model. */
export class ClaudeWorld extends AgentWorld {
  readonly claude: ClaudeVersion;
  readonly claudeHome = join(this.home, '.claude');

  constructor(claude: ClaudeVersion, model: ScriptedModel) {
    super(claude, model);
    this.claude = claude;
    this.file('home/.claude.json', this.setUp());
    this.file('home/.claude/settings.json', settings);
    this.env = {
      ...this.env,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_ERROR_REPORTING: '1',
      // The folders of its tasks; else they stay below /tmp.
      CLAUDE_CODE_TMPDIR: this.folder('tmp'),
    };
  }

  /** What Claude Code remembers of its first start, so that it asks nothing. */
  private setUp(): string {
    return JSON.stringify({
      hasCompletedOnboarding: true,
      theme: 'dark',
      hasSeenAutoDefaultNotice: true,
      hasSeenAutoDefaultNudge: true,
      officialMarketplaceAutoInstallAttempted: true,
      officialMarketplaceAutoInstalled: true,
      customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
      // What lies below a trusted folder is trusted too, but no repository.
      projects: Object.fromEntries([this.home, join(this.home, 'repository')].map((folder) => [folder, trusted])),
    });
  }

  /** Makes another config root, for `CLAUDE_CONFIG_DIR`. */
  configRoot(name: string): string {
    this.file(`home/${name}/.claude.json`, this.setUp());
    this.file(`home/${name}/settings.json`, settings);
    return join(this.home, name);
  }

  /** Opens a shell in a session, on the world's own tmux server. */
  openShell(session: string, options: Parameters<AgentWorld['newSession']>[1] = {}): ClaudePane {
    return new ClaudePane(this, this.newSession(session, options));
  }

  /** Returns the pane of a session that another program made. */
  paneOf(session: string): ClaudePane {
    const pane = this.tmux(['list-panes', '-t', `=${session}:`, '-F', '#{pane_id}']).trim();
    return new ClaudePane(this, { pane, socket: 'default' });
  }

  /** Opens a shell beside the pane of a session, in its window. */
  splitShell(session: string): ClaudePane {
    const shell = ['bash', '--norc', '--noprofile', '-i'];
    const words = ['split-window', '-d', '-P', '-F', '#{pane_id}', '-t', `=${session}:`, '-c', this.work];
    return new ClaudePane(this, { pane: this.tmux([...words, ...shell]).trim(), socket: 'default' });
  }

  /** Runs `claude -p` to its end, as a script beside the sessions does. @returns the id of its conversation. */
  async headless(prompt: string, cwd = this.work): Promise<string> {
    const child = this.startOther('claude', ['-p', prompt], { cwd });
    const code = await child.exited;
    if (code !== 0) throw new Error(`claude -p ended with ${code}: ${child.stdout()} ${child.stderr()}`);
    return this.answered(prompt);
  }

  /** Runs an interactive Claude at a terminal that tmux does not know. @returns what ends it. */
  startOutsideTmux(words: readonly string[], env: Record<string, string> = {}): { end: () => Promise<void> } {
    const command = ['-qfec', ['claude', ...words].map((word) => `'${word}'`).join(' '), '/dev/null'];
    const child = spawn('script', command, {
      cwd: this.work,
      env: { ...this.env, ...env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const end = (): Promise<void> => {
      child.kill('SIGTERM');
      return exited;
    };
    return { end };
  }

  /** The live records that stand in a config root. */
  records(root = this.claudeHome): readonly LiveRecord[] {
    return jsonFilesOf(join(root, 'sessions')).flatMap((path) => {
      try {
        return [JSON.parse(readFileSync(path, 'utf8'))];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
  }

  /** Ids of all conversations that have a transcript. */
  conversations(): readonly string[] {
    return transcriptsOf(this.claudeHome).map((path) => basename(path, '.jsonl'));
  }

  /** Ids of the conversations whose transcript holds that text. */
  conversationsWith(text: string, root = this.claudeHome): readonly string[] {
    return transcriptsOf(root)
      .filter((path) => readFileSync(path, 'utf8').includes(text))
      .map((path) => basename(path, '.jsonl'));
  }

  /** The text of a conversation's transcript. */
  transcript(id: string): string {
    const path = transcriptsOf(this.claudeHome).find((one) => basename(one, '.jsonl') === id);
    return path === undefined ? '' : readFileSync(path, 'utf8');
  }

  /** Waits for the conversation in which the model has answered that. @returns its id. */
  answered(prompt: string, root = this.claudeHome): Promise<string> {
    return until(`the answer to ${prompt}`, () => this.conversationsWith(`"ok: ${prompt}"`, root)[0]);
  }

  /** Waits until nothing has been written into a conversation for more than the second within which two acts are one. */
  async rests(id: string): Promise<void> {
    const path = transcriptsOf(this.claudeHome).find((one) => basename(one, '.jsonl') === id);
    await until(`${id} to rest`, () => path !== undefined && Date.now() - statSync(path).mtimeMs > 1500);
  }

  /** Ends its daemon of background sessions, which outlives tmux, and takes away what that left outside the home. */
  override async close(): Promise<void> {
    if (existsSync(join(this.claudeHome, 'daemon.lock'))) {
      await this.startOther('claude', ['daemon', 'stop', '--any']).exited;
    }
    await super.close();
    const daemons = join('/tmp', `cc-daemon-${process.getuid?.() ?? 0}`);
    const own = createHash('sha256').update(this.claudeHome).digest('hex').slice(0, 8);
    rmSync(join(daemons, own), { recursive: true, force: true });
  }
}

function jsonFilesOf(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name));
}

function transcriptsOf(root: string): readonly string[] {
  const projects = join(root, 'projects');
  if (!existsSync(projects)) return [];
  return readdirSync(projects, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl') && dirname(dirname(name)) === '.')
    .map((name) => join(projects, name));
}
