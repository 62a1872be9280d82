import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/**
 * The first two are popups of the address bar, each a page that Chromium 156 loads with every new window. The others are
 * those of Playwright 1.65.1: Chromium takes the last such list alone.
 */
const withoutFeatures = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
].join();

/** Starts Debian's chromium without a window. Its sandbox does not start for root. */
export function startBrowser(more: readonly string[] = []): Promise<Browser> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const executablePath = folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('chromium is not on PATH: apt-get install chromium');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [`--disable-features=${withoutFeatures}`, ...sandbox, ...more] });
}

export interface Watched {
  readonly page: Page;
  /** What the browser complained about: errors of the code, and what the content policy stopped. */
  readonly complaints: string[];
}

/** Opens a tab of its own that has kept nothing. */
export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // What a test breaks on purpose: requests that fail, and refusals.
    const isExpected = /ERR_CONNECTION|ERR_EMPTY|ERR_INCOMPLETE|ERR_ABORTED|status of (401|409)/.test(message.text());
    if (message.type() === 'error' && !isExpected) complaints.push(message.text());
  });
  return { page, complaints };
}

/** Waits until the rows and their bands stand there. */
export async function whenDrawn(page: Page): Promise<void> {
  await page.locator('.row .band').first().waitFor({ state: 'attached' });
}

/** Returns the tops of all rows: a row that moves is a jump of the layout. */
export async function placesOf(page: Page): Promise<Readonly<Record<string, number>>> {
  const rows = page.locator('.row');
  const boxes = await Promise.all((await rows.all()).map(async (row) => (await row.boundingBox())?.y ?? -1));
  const names = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-session') ?? ''));
  return Object.fromEntries(names.map((name, index) => [name, boxes[index] ?? -1]));
}
