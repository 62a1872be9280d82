import { chmodSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressIn } from '../e2e/page/address.ts';
import { openTab, startBrowser, whenDrawn } from '../e2e/page/browser.ts';
import { PrivateWorld, program, until } from '../e2e/private-world.ts';
import { Camera } from './camera.ts';
import { ends, openFleet, recallPast } from './demo-fleet.ts';
import { svgOf } from './svg.ts';

/** Makes docs/pictures from a real world: tmux, the monitor, terminals and a browser. `npm run pictures` runs it. */

const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));

let world: PrivateWorld;
beforeEach(() => {
  world = new PrivateWorld();
  world.file('bin/asm', `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(world.bin, 'asm'), 0o755);
});
afterEach(() => world.close());

test('a fleet: the page, the status and the card', async () => {
  await openFleet(world);
  const { card } = await world.monitor(['--page']);
  await recallPast(world);
  const terminal = new Camera(world, { columns: 124, rows: 15 });
  terminal.type('asm status --watch');
  await until('the status', () => terminal.text().includes('needs you'));
  await world.openSession('blog-creator-agy', { agent: 'agy', cwd: world.folder('home/blog') });
  await until('its entry', () => world.readRegistry().includes('blog-creator-agy'));
  world.tmux(['kill-session', '-t', `=${ends}`]);
  await until('the death on the card', async () => (await world.comments(card)).some((body) => body.includes(ends)));
  await until('the death in the status', () => /gone/.test(terminal.text()));
  save('status.svg', svgOf([{ ms: 1, screen: await terminal.take() }], 'asm status --watch'));
  terminal.press('q');
  await until('the prompt', () => terminal.text().trimEnd().endsWith('$'));

  terminal.type(`clear; asm card --card ${card}`);
  await until('the card', () => terminal.text().includes(ends));
  save('card.svg', svgOf([{ ms: 1, screen: await terminal.take() }], 'asm card'));
  await photographPage(world);
});

test('the demo, in motion', async () => {
  const terminal = new Camera(world, { columns: 118, rows: 26 });
  terminal.type('asm demo --seconds 40');
  const frames = await terminal.film(() => terminal.text().includes('# Over.'), 1_500);
  const [last] = frames.slice(-1);
  expect(last).toBeDefined();
  save(
    'demo.svg',
    svgOf([...frames.slice(0, -1), ...(last === undefined ? [] : [{ ...last, ms: 4_000 }])], 'asm demo'),
  );
});

async function photographPage(of: PrivateWorld): Promise<void> {
  const browser = await startBrowser();
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await openTab(browser, {
        colorScheme,
        viewport: { width: 1280, height: 800 },
        deviceScaleFactor: 2,
      });
      await page.goto(await addressIn(of));
      await whenDrawn(page);
      await page.locator(`.row[data-session="${ends}"][data-standing=gone]`).waitFor();
      await page.getByRole('button', { name: '6 h' }).click();
      await hideMachine(page, of);
      writeFileSync(join(folder, `page-${colorScheme}.png`), await page.screenshot());
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

/** Takes what is this machine's out of the page's text. */
async function hideMachine(page: Page, { home }: PrivateWorld): Promise<void> {
  // A text: the types of a browser's document are not those of this program.
  await page.evaluate(`{
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      node.textContent = node.textContent
        .replaceAll(${JSON.stringify(home)}, '/home/me')
        .replaceAll(${JSON.stringify(hostname())}, 'workbench');
    }
  }`);
}

function save(name: string, text: string): void {
  expect(text).not.toContain(tmpdir());
  writeFileSync(join(folder, name), text);
}
