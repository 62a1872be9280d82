import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { screenOf } from './screen.ts';
import { svgOf } from './svg.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pictures = readdirSync(`${root}docs/pictures`);
const pages = [
  `${root}README.md`,
  ...readdirSync(`${root}docs`).flatMap((name) => (name.endsWith('.md') ? [`${root}docs/${name}`] : [])),
];
const texts = pages.map((path) => readFileSync(path, 'utf8')).join('\n');

describe('the pictures', () => {
  test.each(pictures)('%s is shown by a page', (name) => {
    expect(texts).toContain(`pictures/${name}`);
  });

  test.each(pictures.filter((name) => name.endsWith('.svg')))(
    '%s holds no path of a machine and loads nothing',
    (name) => {
      const text = readFileSync(`${root}docs/pictures/${name}`, 'utf8').replace('http://www.w3.org/2000/svg', '');
      const paths = [...text.matchAll(/(?<![\w.])\/(?:[\w.-]+\/)+[\w.-]*/g)].map(([path]) => path);
      expect(paths.filter((path) => !path.startsWith('/home/me/'))).toEqual([]);
      expect(text).not.toMatch(/https?:|url\(|<script|<image/);
    },
  );

  test.each(pictures.filter((name) => name.endsWith('.png')))(
    '%s holds the picture alone, no text about its making',
    (name) => {
      const chunks = readFileSync(`${root}docs/pictures/${name}`).toString('latin1');
      expect(chunks).not.toMatch(/tEXt|iTXt|zTXt|eXIf/);
    },
  );
});

describe('a terminal as a picture', () => {
  const size = { columns: 20, rows: 4 };

  test('reads colours, bold text and wide characters by their cells', async () => {
    expect(await screenOf('\u001b[1mone\u001b[0m  \u001b[31m日本\u001b[0m!\n\n', size)).toEqual([
      [
        { x: 0, width: 3, text: 'one', looks: ['bold'] },
        { x: 5, width: 4, text: '日本', looks: ['c1'] },
        { x: 9, width: 1, text: '!', looks: [] },
      ],
    ]);
  });

  test('draws hostile text as text', async () => {
    const svg = svgOf([{ ms: 1, screen: await screenOf('<script>"&', size) }], '<b>');
    expect(svg).toContain('&lt;script&gt;&quot;&amp;');
    expect(svg).not.toContain('<script>');
    expect(svg).not.toContain('<b>');
    expect(svg).not.toContain('@keyframes');
  });

  test('shows each frame for its share of the time, and the last one to a reader who wants no motion', async () => {
    const screens = await Promise.all(['one', 'one\ntwo'].map((text) => screenOf(text, size)));
    const svg = svgOf(
      screens.map((screen, index) => ({ ms: index === 0 ? 1_000 : 3_000, screen })),
      'demo',
    );
    expect(svg).toContain('@keyframes k0{0%{visibility:visible}25%{visibility:hidden}}');
    expect(svg).toContain('@keyframes k1{0%{visibility:hidden}25%{visibility:visible}}');
    expect(svg).toContain('.f1{visibility:visible}');
    expect(svg.match(/>one</g), 'a line is drawn once').toHaveLength(1);
  });
});
