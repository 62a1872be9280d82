import { askFirst } from './ask-first.ts';
import { thisProcess } from './this-process.ts';

/** Answers by a monitor that runs, and runs the whole program where that is not enough. */
export async function main(): Promise<void> {
  const { exit, hasAsked } = await askFirst(process.argv.slice(2), thisProcess()).catch(() => ({
    exit: null,
    hasAsked: false,
  }));
  if (exit !== null) process.exit(exit);
  const program = await import('./main.ts');
  program.main(hasAsked);
}
