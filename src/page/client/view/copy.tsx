import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface CopyProps {
  readonly text: string;
  /** What is copied, for the button's name: `the resume command`. */
  readonly what: string;
  /** The text stands beside the button. */
  readonly shows?: boolean;
}

const saidMs = 1_600;

/** Copies a text. Where the browser does not let it, the text is selected for the keyboard. */
export function Copy({ text, what, shows = false }: CopyProps) {
  const [state, setState] = useState<'ready' | 'done' | 'by hand'>('ready');
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (state === 'by hand') box.current?.select();
    if (state !== 'done') return undefined;
    const timer = setTimeout(() => setState('ready'), saidMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('done');
    } catch {
      setState('by hand');
    }
  };
  return (
    <span class={shows ? 'copy shows' : 'copy'}>
      {shows && state !== 'by hand' && <code>{text}</code>}
      {state === 'by hand' && (
        <label class="by-hand">
          <span>Press Ctrl+C</span>
          <input ref={box} readOnly value={text} aria-label={`Press Ctrl+C to copy ${what}`} />
        </label>
      )}
      <button type="button" class="icon-button" onClick={() => void copy()} title={`Copy ${what}`} data-copy={state}>
        <Icon name={state === 'done' ? 'done' : 'copy'} />
        <span class="hidden">{state === 'done' ? 'Copied' : `Copy ${what}`}</span>
      </button>
    </span>
  );
}
