import { until } from './until.ts';
import { claudeBelow, type ClaudeWorld, type LiveRecord } from './claude-world.ts';

export const trustDialog = /Yes, I trust this folder/;

/** A pane with a shell in which a person starts Claude Code and types. */
export class ClaudePane {
  private readonly pane: string;
  private readonly world: ClaudeWorld;
  private readonly socket: string;
  private readonly shell: number;

  constructor(world: ClaudeWorld, pane: string, socket: string) {
    this.world = world;
    this.pane = pane;
    this.socket = socket;
    this.shell = Number(this.tmux('display-message', '-p', '-t', pane, '#{pane_pid}'));
  }

  private tmux(...words: readonly string[]): string {
    return this.world.tmux(words, this.socket);
  }

  screen(): string {
    return this.tmux('capture-pane', '-p', '-t', this.pane);
  }

  /** Waits until the screen shows that. */
  async shows(what: RegExp): Promise<void> {
    await this.until(`${what} on the screen`, () => what.test(this.screen()));
  }

  /** Polls; what does not come is told with the screen. */
  private async until<Answer>(what: string, ask: () => Answer | false | undefined): Promise<Answer> {
    try {
      return await until(what, ask);
    } catch (cause) {
      const shown = `${this.screen().replaceAll(/^\s*$\n/gm, '')}${JSON.stringify(this.record())}`;
      throw new Error(`waited in vain for ${what}; the pane shows:\n${shown}`, { cause });
    }
  }

  press(...keys: readonly string[]): void {
    this.tmux('send-keys', '-t', this.pane, ...keys);
  }

  /** Types a line. Enter comes after the text is on the screen: with it, Claude takes both for a paste. */
  async type(line: string): Promise<void> {
    const end = line.replaceAll(/\s/g, '').slice(-20);
    const count = (): number => this.screen().replaceAll(/[\s│]/g, '').split(end).length;
    const before = count();
    this.tmux('send-keys', '-t', this.pane, '-l', '--', line);
    await this.until(`${line} on the screen`, () => count() > before);
    this.press('Enter');
  }

  /** The pid of the Claude that runs here. */
  pid(): number | undefined {
    return claudeBelow(this.shell);
  }

  /** Its own live record. */
  record(root?: string): LiveRecord | undefined {
    const pid = this.pid();
    return this.world.records(root).find((record) => record.pid === pid);
  }

  /** Starts Claude and waits until it is at its prompt. */
  async start(command = 'claude'): Promise<void> {
    await this.type(command);
    await this.until(`${command} to start`, () => this.pid());
    await this.idle();
    await this.shows(/^\s*[❯>]/m);
  }

  async idle(): Promise<void> {
    await this.is('idle');
  }

  async is(status: string): Promise<void> {
    await this.until(`${status} in the record`, () => this.record()?.status === status);
  }

  /** Says yes to a question of Claude's, again and again: it does not hear a key that comes too soon. */
  async accept(question: RegExp): Promise<void> {
    await this.shows(question);
    await this.until('the question to be answered', () => {
      if (!question.test(this.screen())) return true;
      this.press('Enter');
      return false;
    });
  }

  /** Says that the folder is one to be trusted: the answer that stands first is `No, exit`. */
  async trust(): Promise<void> {
    await this.until('the folder to be trusted', () => {
      const screen = this.screen();
      if (!trustDialog.test(screen)) return true;
      this.press(/❯.*Yes, I trust/.test(screen) ? 'Enter' : 'Down');
      return false;
    });
  }

  /** Types a prompt and waits until its turn is over. @returns the id of the conversation that it went into. */
  async prompt(text: string): Promise<string> {
    await this.type(text);
    const id = await this.world.answered(text);
    await this.idle();
    return id;
  }

  /** Types `/clear`. @returns the id of the conversation that it begins; its file is there at once. */
  async clear(): Promise<string> {
    const before = this.world.conversations();
    await this.type('/clear');
    const id = await this.until('a conversation after /clear', () =>
      this.world.conversations().find((one) => !before.includes(one)),
    );
    if (this.world.claude.followsClear) await this.moved(id);
    return id;
  }

  /** Types `/branch`. @returns the id of the copy in which it goes on. */
  async branch(): Promise<string> {
    const before = this.record()?.sessionId;
    await this.type('/branch');
    return this.until('the branch', () => {
      const now = this.record()?.sessionId;
      return now !== before && now;
    });
  }

  /** Goes back to another conversation. */
  async resume(id: string): Promise<void> {
    await this.type(`/resume ${id}`);
    await this.moved(id);
  }

  /** Waits until its record names that conversation. */
  async moved(id: string): Promise<void> {
    await this.until(`${id} in the record`, () => this.record()?.sessionId === id);
  }

  killSession(): void {
    this.tmux('kill-session', '-t', this.pane);
  }

  /** Ends the shell, and the pane with it. */
  close(): void {
    this.tmux('kill-pane', '-t', this.pane);
  }

  /** Ends Claude as its user does. */
  async exit(): Promise<void> {
    await this.type('/exit');
    await this.until('Claude to end', () => this.pid() === undefined);
  }
}
