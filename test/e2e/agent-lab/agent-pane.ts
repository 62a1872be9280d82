import { readFileSync } from 'node:fs';
import { childrenOf, isAlive } from '../private-world.ts';
import type { AgentWorld, PaneName } from './agent-world.ts';
import { until } from './until.ts';

/** A pane with a shell in which a person starts an agent and types. */
export class AgentPane<World extends AgentWorld> {
  protected readonly world: World;
  private readonly name: PaneName;
  private readonly shell: number;
  /** When Enter was pressed last after a line; ms since 1970. */
  enteredAt = 0;
  /** What the kernel calls the agent's process. */
  private readonly agent: string;

  constructor(world: World, name: PaneName, agent: string) {
    this.world = world;
    this.name = name;
    this.agent = agent;
    this.shell = Number(this.tmux('display-message', '-p', '-t', name.pane, '#{pane_pid}'));
  }

  private tmux(...words: readonly string[]): string {
    return this.world.tmux(words, this.name.socket);
  }

  screen(): string {
    return this.tmux('capture-pane', '-p', '-t', this.name.pane);
  }

  /** Waits until the screen shows that. */
  async shows(what: RegExp): Promise<void> {
    await this.until(`${what} on the screen`, () => what.test(this.screen()));
  }

  /** Waits until the screen shows that. @returns what its first group holds */
  says(what: RegExp): Promise<string> {
    return this.until(`${what} on the screen`, () => what.exec(this.screen())?.[1]);
  }

  /** What is told beside the screen of what does not come. */
  protected detail(): unknown {
    return undefined;
  }

  /** Polls; what does not come is told with the screen. */
  protected async until<Answer>(what: string, ask: () => Answer | false | undefined): Promise<Answer> {
    try {
      return await until(what, ask);
    } catch (cause) {
      const shown = `${this.screen().replaceAll(/^\s*$\n/gm, '')}${JSON.stringify(this.detail()) ?? ''}`;
      throw new Error(`waited in vain for ${what}; the pane shows:\n${shown}`, { cause });
    }
  }

  press(...keys: readonly string[]): void {
    this.tmux('send-keys', '-t', this.name.pane, ...keys);
  }

  /** Types a line. Enter comes after the text is on the screen: with it, an agent takes both for a paste. */
  async type(line: string): Promise<void> {
    const end = line.replaceAll(/\s/g, '').slice(-20);
    const count = (): number => this.screen().replaceAll(/[\s│]/g, '').split(end).length;
    const before = count();
    this.tmux('send-keys', '-t', this.name.pane, '-l', '--', line);
    await this.until(`${line} on the screen`, () => count() > before);
    this.enteredAt = Date.now();
    this.press('Enter');
  }

  /** The pid of the agent that runs here. */
  pid(): number | undefined {
    const isAgent = (pid: number): boolean => commOf(pid) === this.agent;
    const children = childrenOf(this.shell);
    // Below a script that starts it.
    return children.findLast(isAgent) ?? children.flatMap(childrenOf).findLast(isAgent);
  }

  /** Ends its session, and waits for its agent to end: until then its conversation goes on. */
  async killSession(): Promise<void> {
    const agent = this.pid();
    this.tmux('kill-session', '-t', this.name.pane);
    await until('the agent to end', () => agent === undefined || !isAlive(agent));
  }

  /** Ends the shell, and the pane with it. */
  close(): void {
    this.tmux('kill-pane', '-t', this.name.pane);
  }

  /** Starts the agent and waits until its screen shows that it listens. */
  async begin(command: string, listens: RegExp): Promise<void> {
    await this.type(command);
    await this.until(`${command} to start`, () => this.pid());
    await this.shows(listens);
  }

  /** Ends the agent as its user does. */
  async exit(command = '/exit'): Promise<void> {
    await this.type(command);
    await this.until(`${this.agent} to end`, () => this.pid() === undefined);
  }
}

function commOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return null;
  }
}
