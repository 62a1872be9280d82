import { AgentPane } from '../agent-lab/agent-pane.ts';
import type { PaneName } from '../agent-lab/agent-world.ts';
import type { ClaudeWorld, LiveRecord } from './claude-world.ts';

export const trustDialog = /Yes, I trust this folder/;

/** A pane with a shell in which a person starts Claude Code and types. */
export class ClaudePane extends AgentPane<ClaudeWorld> {
  constructor(world: ClaudeWorld, name: PaneName) {
    super(world, name, 'claude');
  }

  protected override detail(): unknown {
    return this.record();
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
}
