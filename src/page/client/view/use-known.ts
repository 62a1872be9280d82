import { useEffect, useState } from 'preact/hooks';
import type { Hub, Known } from '../link/hub.ts';

/** Returns what the page knows, anew with each change. */
export function useKnown(hub: Hub): Known {
  const [known, setKnown] = useState(hub.known);
  useEffect(() => {
    setKnown(hub.known);
    return hub.subscribe(() => setKnown(hub.known));
  }, [hub]);
  return known;
}

/** Returns the server's time, ms since 1970, anew after each step: words such as `12m` need no more. */
export function useNow(hub: Hub, stepMs = 10_000): number {
  const [now, setNow] = useState(() => hub.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(hub.now()), stepMs);
    return () => clearInterval(timer);
  }, [hub, stepMs]);
  return now;
}

/** Decides whether the sessions and another panel stand side by side. */
export function useWide(): boolean {
  const [isWide, setWide] = useState(() => wide.matches);
  useEffect(() => {
    const changed = () => setWide(wide.matches);
    wide.addEventListener('change', changed);
    return () => wide.removeEventListener('change', changed);
  }, []);
  return isWide;
}

/** The style sheet knows the same width. */
const wide = matchMedia('(min-width: 1180px)');
