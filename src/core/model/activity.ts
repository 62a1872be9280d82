/** What an agent does now, as its own files say. */
export const activities = ['working', 'idle', 'waiting', 'shell', 'exited'] as const;
export type Activity = (typeof activities)[number];

/** What an agent waits for, in this program's words. `null`: it waits, and the reason is not known. */
export const waits = ['permission prompt', 'question', 'plan approval'] as const;
export type WaitingFor = (typeof waits)[number];

export interface Waiting {
  readonly for: WaitingFor | null;
  /** ms since 1970; `null`: not known. */
  readonly since: number | null;
}

export interface AgentActivity {
  readonly activity: Activity | null;
  readonly waiting: Waiting | null;
  /** Since when it does that, by the agent's own record; ms since 1970; `null`: the agent does not say. */
  readonly since: number | null;
}
