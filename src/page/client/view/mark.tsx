import type { Standing } from '../words/standing.ts';

/** One shape for each standing, so that no one needs its colour. */
const shapes: Readonly<Record<Standing, string>> = {
  waiting: 'M6 .8 11.6 11H.4Z',
  working: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Z',
  idle: 'M6 1.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4Z',
  alive: 'M6 1.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4Z',
  shell: 'M2 3.2 5.2 6 2 8.8M6 9.6h4.4',
  exited: 'M2.2 2.2h7.6v7.6H2.2Z',
  gone: 'm2.4 2.4 7.2 7.2m0-7.2L2.4 9.6',
  unknown: 'M3.6 4.4A2.4 2.4 0 1 1 6 7v.6M6 10v.3',
};

export function Mark({ standing }: { readonly standing: Standing }) {
  return (
    <svg class="mark" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d={shapes[standing]} />
    </svg>
  );
}
