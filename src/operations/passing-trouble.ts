import { errorLines, RegistryError } from '../errors.ts';
import type { PassReport } from './context.ts';

/**
 * A registry that is half saved or locked when it is looked at again ends nothing: it is said, once a change.
 * @returns `null` for a look that it spoiled.
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
