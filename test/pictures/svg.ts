import type { Run, Screen } from './screen.ts';

/** What a terminal showed for a while. */
export interface Frame {
  readonly ms: number;
  readonly screen: Screen;
}

const cell = { width: 8.4, height: 20 };
const margin = 16;
const bar = 34;

/** Colours of the two schemes; `cN` is colour N of the terminal's palette. */
const schemes = {
  light: {
    ground: '#ffffff',
    edge: '#d0d7de',
    text: '#24292f',
    quiet: '#6e7781',
    colours: ['#24292f', '#cf222e', '#116329', '#7d4e00', '#0550ae', '#8250df', '#1b7c83', '#6e7781'],
  },
  dark: {
    ground: '#161b22',
    edge: '#30363d',
    text: '#e6edf3',
    quiet: '#8b949e',
    colours: ['#8b949e', '#ff7b72', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#c9d1d9'],
  },
};

/**
 * Draws a terminal as an SVG that follows the reader's light or dark scheme. Several frames become an animation that
 * shows its last frame to a reader who wants no motion.
 * @param title stands in the window's bar, and is read out by a screen reader
 */
export function svgOf(frames: readonly Frame[], title: string): string {
  const columns = Math.max(
    ...frames.flatMap(({ screen }) => screen.flatMap((runs) => runs.map(({ x, width }) => x + width))),
  );
  const rows = Math.max(...frames.map(({ screen }) => screen.length));
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = Math.ceil(rows * cell.height + 2 * margin + bar);
  const lines = new Map<string, string>();
  const shown = frames.map(({ screen }) => screen.map((runs, row) => used(lines, runs, row)).join(''));
  const groups = shown.map((content, index) => `<g class="f f${index}">${content}</g>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style()}${frames.length > 1 ? motion(frames) : ''}</style>`,
    `<defs>${[...lines].map(([content, id]) => `<g id="${id}">${content}</g>`).join('')}</defs>`,
    `<rect class="ground" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...[0, 1, 2].map((dot) => `<circle class="dot" cx="${20 + dot * 18}" cy="18" r="5.5"/>`),
    `<text class="quiet" x="${width / 2}" y="22" text-anchor="middle">${escaped(title)}</text>`,
    ...groups,
    '</svg>\n',
  ].join('\n');
}

/** Refers to a line, which is drawn once however many frames show it. */
function used(lines: Map<string, string>, runs: readonly Run[], row: number): string {
  if (runs.length === 0) return '';
  const content = runs.map(textOf).join('');
  const id = lines.get(content) ?? `l${lines.size}`;
  lines.set(content, id);
  return `<use href="#${id}" x="${margin}" y="${bar + margin + row * cell.height}"/>`;
}

/** Holds the text in its cells, whatever font the reader has. */
function textOf({ x, width, text, looks }: Run): string {
  const classes = looks.length === 0 ? '' : ` class="${looks.join(' ')}"`;
  const at = `x="${rounded(x * cell.width)}" textLength="${rounded(width * cell.width)}"`;
  return `<text${classes} ${at} y="10" lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`;
}

function style(): string {
  const font = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}`;
  return `${font}.bold{font-weight:600}.dim{opacity:.65}${coloured(schemes.light)}@media(prefers-color-scheme:dark){${coloured(schemes.dark)}}`;
}

function coloured({ ground, edge, text, quiet, colours }: (typeof schemes)['light']): string {
  // The bright eight look as the plain ones.
  const palette = colours.map((colour, index) => `.c${index},.c${index + 8}{fill:${colour}}`).join('');
  return `.ground{fill:${ground};stroke:${edge}}.dot{fill:${edge}}text{fill:${text}}.quiet{fill:${quiet}}${palette}`;
}

function motion(frames: readonly Frame[]): string {
  const whole = frames.reduce((sum, { ms }) => sum + ms, 0);
  let begun = 0;
  const rules = frames.map(({ ms }, index) => {
    const from = rounded((begun / whole) * 100);
    begun += ms;
    const to = rounded((begun / whole) * 100);
    const hidden = '{visibility:hidden}';
    const before = from === 0 ? '' : `0%${hidden}`;
    const after = to === 100 ? '' : `${to}%${hidden}`;
    return `@keyframes k${index}{${before}${from}%{visibility:visible}${after}}.f${index}{animation:k${index} ${whole}ms step-end infinite}`;
  });
  const still = `@media(prefers-reduced-motion:reduce){.f{animation:none}.f${frames.length - 1}{visibility:visible}}`;
  return `.f{visibility:hidden}${rules.join('')}${still}`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
