import { isObject } from '../../system/json.ts';
import type { EntryForm } from './client.ts';

/** `command`, `args` and `env`: that of most hosts. */
export const usual: EntryForm = {
  write: ({ command, args, env }) => ({ command, args, env }),
  read: ({ command, args, env }) => startOf(command, args, env),
};

/** The program and its words in one list, as opencode writes it. */
export const oneList: EntryForm = {
  write: ({ command, args, env }) => ({ command: [command, ...args], environment: env }),
  read: ({ command, environment }) => {
    const [program, ...args] = textsIn(command) ?? [];
    return startOf(program, args, environment);
  },
};

/** Goose's own names. */
export const goose: EntryForm = {
  write: ({ command, args, env }) => ({ cmd: command, args, envs: env }),
  read: ({ cmd, args, envs }) => startOf(cmd, args, envs),
};

function startOf(command: unknown, args: unknown, env: unknown) {
  const words = textsIn(args ?? []);
  if (typeof command !== 'string' || words === null) return null;
  const variables = Object.entries(isObject(env) ? env : {});
  return { command, args: words, env: Object.fromEntries(variables.map(([name, value]) => [name, String(value)])) };
}

function textsIn(list: unknown): readonly string[] | null {
  return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : null;
}
