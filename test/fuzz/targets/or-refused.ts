import { expect } from 'vitest';
import { clean } from '../../../src/core/words/text.ts';
import { UsageError } from '../../../src/errors.ts';

/** Parses a text that may be refused: only by a `UsageError`, whose message says something. `null`: it was refused. */
export function orRefused<Answer>(parse: () => Answer): Answer | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(clean(error.message)).not.toBe('');
    return null;
  }
}
