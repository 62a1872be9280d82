import { errorLines, RegistryError } from '../errors.ts';
import type { PassReport } from './context.ts';

/**
 * Keeps a command alive if the registry is half saved or locked at a later pass: the trouble is told once for each
 * change.
 * @returns `null` for a pass that failed so
 */
export function passingTrouble(say: (line: string) => void) {
  let said: string | null = null;
  return async (look: () => Promise<PassReport>): Promise<PassReport | null> => {
    try {
      const report = await look();
      said = null;
      return report;
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.message !== said) errorLines(error).forEach(say);
      said = error.message;
      return null;
    }
  };
}
