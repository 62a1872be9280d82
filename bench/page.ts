import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../test/e2e/page/browser.ts';
import { FakeServer } from '../test/e2e/page/fake-server.ts';
import { aFleet } from '../test/e2e/page/fleet.ts';
import { inTurn, ratio, spread, type Row } from './measure.ts';

const style = join(import.meta.dirname, '../dist/page/page.css');

/** What the browser spent on a page until all of it stood there; ms. */
interface Spent {
  readonly script: number;
  /** With parsing, style and layout. */
  readonly all: number;
}

/**
 * Measures what the page costs the browser until the sessions and their bands stand there, beside the very same rows as
 * HTML that a server made.
 */
export async function firstPaint(count: number): Promise<readonly Row[]> {
  const server = new FakeServer(aFleet(count, Date.now()));
  const address = await server.listen();
  const browser = await startBrowser();
  const plain = await servePlain(await drawn(browser, address));
  const page: Spent[] = [];
  try {
    const times = await inTurn(11, {
      page: async () => {
        const spent = await load(browser, address);
        page.push(spent);
        return spent.all;
      },
      plain: async () => (await load(browser, plain.address)).all,
    });
    const scripts = page.map(({ script }) => script);
    return [
      [`${count}`, 'page: script until its first paint', spread(scripts), ''],
      [
        `${count}`,
        "page: the browser's whole work until then",
        spread(times.page),
        `${ratio(times.page, times.plain)} of the same rows as plain HTML`,
      ],
    ];
  } finally {
    plain.close();
    await browser.close();
    await server.close();
  }
}

const band = '.row .band';

async function load(browser: Browser, address: string): Promise<Spent> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(address);
  await page.locator(band).first().waitFor({ state: 'attached' });
  // The frame in which the bands are painted is over when the one after it begins.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const { metrics } = await session.send('Performance.getMetrics');
  await page.close();
  const ms = (name: string): number => (metrics.find((one) => one.name === name)?.value ?? Number.NaN) * 1_000;
  return { script: ms('ScriptDuration'), all: ms('TaskDuration') };
}

async function drawn(browser: Browser, address: string): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(address);
  await page.locator(band).first().waitFor({ state: 'attached' });
  const html = await page.locator('body').innerHTML();
  await page.close();
  return html;
}

async function servePlain(body: string): Promise<{ readonly address: string; close(): void }> {
  const server = createServer(({ url }, response) => {
    const isStyle = url === '/page.css';
    response.setHeader('content-type', isStyle ? 'text/css' : 'text/html; charset=utf-8');
    response.end(isStyle ? readFileSync(style) : `<!doctype html><link rel="stylesheet" href="page.css">${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
