import { sdk } from './sdk.ts';

/** What was answered last, and why the last question failed. */
export interface Asked<Value> {
  readonly value: Value | null;
  readonly trouble: string | null;
}

/**
 * Asks the plugin's API (`src/hermes/plugin/dashboard/api.py`) again and again while people look at the page. What was
 * answered last stays when an answer fails.
 * @param read returns what the answer holds; `null`: it is of another version
 */
export function useAnswer<Value>(path: string, read: (answer: unknown) => Value | null, everyMs: number): Asked<Value> {
  const [asked, setAsked] = sdk.hooks.useState<Asked<Value>>({ value: null, trouble: null });
  sdk.hooks.useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const again = async (): Promise<void> => {
      timer = undefined;
      if (!document.hidden) {
        const { value, trouble } = await answerOf(path, read);
        if (!isOver) setAsked((before) => ({ value: value ?? before.value, trouble }));
      }
      if (!isOver) timer = setTimeout(() => void again(), everyMs);
    };
    const wake = (): void => {
      if (timer === undefined) return;
      clearTimeout(timer);
      void again();
    };
    void again();
    document.addEventListener('visibilitychange', wake);
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
    };
  }, [path, everyMs]);
  return asked;
}

async function answerOf<Value>(path: string, read: (answer: unknown) => Value | null): Promise<Asked<Value>> {
  try {
    const value = read(await sdk.fetchJSON(`/api/plugins/agent-sessions/${path}`));
    return { value, trouble: value === null ? `${path}: ${otherVersion}` : null };
  } catch (error) {
    return { value: null, trouble: `${path}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const otherVersion = 'this is not the answer of this version. asm setup --plugin brings the plugin up to date';
