import * as z from 'zod';

/** Makes the schema of a pattern that finds the workspace and the agent in the name of a session. */
export function registerPattern() {
  return z.string().transform((source, context) => {
    try {
      if (source.includes('(?<workspace>') && source.includes('(?<agent>')) return new RegExp(source, 'u');
      context.addIssue({ code: 'custom', message: 'expected the groups (?<workspace>…) and (?<agent>…)' });
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'no regular expression' });
    }
    return z.NEVER;
  });
}
