import type { TerminalOutput } from './terminal-output.ts';

/** An output that holds back warnings. */
export interface HoldingOutput extends TerminalOutput {
  /** Says what was held back, and holds back nothing more. */
  readonly releaseWarnings: () => void;
}

/**
 * Holds back the warnings of a command until it answers, goes on, or is over: of one that fails, stderr says only the
 * failure.
 */
export function heldWarnings(output: TerminalOutput): HoldingOutput {
  let held: string[] | null = [];
  const releaseWarnings = (): void => {
    const lines = held ?? [];
    held = null;
    for (const line of lines) output.log('warn', line);
  };
  return {
    ...output,
    stdout: (text) => {
      releaseWarnings();
      return output.stdout(text);
    },
    log: (level, line) => {
      if (level === 'warn' && held !== null) {
        held.push(line);
        return;
      }
      // What says more than a warning does not fail at its start.
      releaseWarnings();
      output.log(level, line);
    },
    hold: () => {
      releaseWarnings();
      output.hold();
    },
    releaseWarnings,
  };
}
