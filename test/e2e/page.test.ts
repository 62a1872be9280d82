import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PageData } from '../../src/page/page-data.ts';
import { freePort } from './free-port.ts';
import { axeFinds } from './page/axe.ts';
import { openTab, placesOf, startBrowser, whenDrawn, type Watched } from './page/browser.ts';
import { FakeServer } from './page/fake-server.ts';
import { aFleet, aSession } from './page/fleet.ts';
import { isSoak } from './soak.ts';

/** The built page in a real browser, before a server that says what each test wants. */

let browser: Browser;
let server: FakeServer;
let tab: Watched;
beforeAll(async () => {
  browser = await startBrowser();
});
afterEach(async () => {
  await tab.page.close();
  await server.close();
  expect(tab.complaints, 'the browser complains about nothing').toEqual([]);
});
afterAll(() => browser.close());

async function open(
  data: PageData,
  options: Parameters<typeof openTab>[1] = {},
  prepare: (page: Page) => Promise<void> = async () => undefined,
): Promise<Page> {
  server = new FakeServer(data);
  const address = await server.listen(await freePort());
  tab = await openTab(browser, options);
  await prepare(tab.page);
  await tab.page.goto(address);
  return tab.page;
}

const fleet = (count = 50): PageData => aFleet(count, Date.now());
const row = (page: Page, session: string) => page.locator(`.row[data-session=${JSON.stringify(session)}]`);
const texts = (page: Page, selector: string) => page.locator(selector).allTextContents();

test('50 sessions: what needs the user stands on top, then each workspace by name', async () => {
  const page = await open(fleet());
  await whenDrawn(page);
  expect(await page.locator('.row').count()).toBe(50);
  expect(await page.locator('.group').first().locator('h2').textContent()).toBe('Need you 4');
  const names = (await texts(page, '.group h2')).slice(1);
  expect(names).toEqual(names.toSorted());
  expect(await texts(page, '.chip')).toEqual([
    '50 all',
    '4 need you',
    '14 working',
    '14 idle',
    '5 alive',
    '4 agents exited',
    '5 gone',
    '4 elsewhere',
  ]);
  const first = page.locator('.row').first();
  expect(await first.locator('.row-state').textContent()).toMatch(/^needs you\d+mpermission prompt$/);
  expect(await page.title()).toBe('(4) need you · workbench');
  expect(await page.locator('.fact').first().textContent()).toContain('monitor 4711 for 3h');
  expect(await page.locator('.fact.live').textContent()).toMatch(/^live looked \d s ago$/);
});

test('time in which no monitor watched is hatched and never filled; each other state has its own fill', async () => {
  const page = await open(fleet());
  await whenDrawn(page);
  const fills = await page
    .locator('.row .band')
    .evaluateAll((bands) => bands.map((band) => `${band.getAttribute('data-what')} ${band.getAttribute('fill')}`));
  const kinds = [...new Set(fills)].toSorted();
  expect(kinds).toEqual(
    ['alive', 'exited', 'gone', 'idle', 'unknown', 'unwatched', 'waiting', 'working'].map(
      (what) => `${what} url(#band-${what})`,
    ),
  );
  const shapes = await page.locator('#band-unwatched > *').evaluateAll((all) => all.map((one) => one.tagName));
  expect(shapes, 'lines alone').toEqual(['path']);
  expect(await page.locator('.row .band title').first().textContent()).toMatch(/^[a-z ]+ .*\d\d:\d\d to .*\d\d:\d\d, /);
  expect(await page.locator('.row .drift title').first().textContent()).toMatch(/session-/);
  await page.getByRole('button', { name: '7 d' }).click();
  await expect.poll(async () => (await texts(page, '.axis text'))[1]).toMatch(/^\D{3}, \D{3} \d+$/);
});

test('names and comments are text, whatever stands in them', async () => {
  const nasty = [
    '<img src=x onerror=alert(1)>',
    '"><script>alert(2)</script>',
    "x' onmouseover='alert(3)",
    '</title><svg onload=alert(4)>',
    'javascript:alert(5)',
    '{{7*7}}',
    `very-${'long-'.repeat(80)}name`,
    '__proto__',
  ];
  const data = fleet(8);
  const [first] = data.events;
  const sessions = nasty.map((session, index) => {
    const text = { session, workspace: session, state: session, job: session, id: session, resume: `cd ${session}` };
    return aSession(4, Date.now(), {
      ...text,
      key: `key ${index} ${session}`,
      activity: null,
      liveness: 'unknown',
      group: 'unknown',
    });
  });
  const comments = nasty.map((body, index) => ({ id: `c${index}`, author: body, body, created_at: first?.at ?? '' }));
  const page = await open({
    ...data,
    sessions,
    events: nasty.flatMap((message, index) => (first === undefined ? [] : [{ ...first, event: `${index}`, message }])),
    card: { id: '<b>id</b>', title: '<b>title</b>', status: '<i>', comments, mayComment: false },
    blind: nasty.map((source) => ({ source, since: first?.at ?? '', reason: source, cure: source })),
    failure: '<u>failed</u>',
  });
  await page.locator('.row').first().waitFor();
  expect((await texts(page, '.row .name')).toSorted()).toEqual(nasty.toSorted());
  for (const button of await page.locator('.row-name').all()) await button.click();
  expect(await texts(page, '.rail .event p')).toEqual(nasty.toReversed());
  await page.getByRole('button', { name: /^Card/ }).click();
  expect(await texts(page, '.comments p')).toEqual(nasty.toReversed());
  expect(await page.locator('img, .row script, svg[onload], main u, .rail b, [onmouseover]').count()).toBe(0);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is too wide').toBe(true);
});

test('the token leaves the address, and a reload works', async () => {
  const page = await open(fleet(3));
  await whenDrawn(page);
  expect(page.url()).toBe(`${server.origin}/`);
  await page.reload();
  await whenDrawn(page);
  expect(page.url()).toBe(`${server.origin}/`);
});

test('an address without its key says where the key is', async () => {
  const page = await open(fleet(3));
  await whenDrawn(page);
  const other = await openTab(browser);
  await other.page.goto(server.origin);
  await other.page.locator('main.alone').waitFor();
  expect(await other.page.locator('main').textContent()).toContain('asm page --open');
  expect(await other.page.locator('main').textContent()).toContain('page.url');
  await other.page.close();
});

test('a stream that falls silent is said after 5 s, and forgotten when it is back', async () => {
  const page = await open(fleet(3), {}, (fresh) => fresh.clock.install());
  await page.locator('.fact.live').waitFor();
  server.isBeating = false;
  const banner = page.locator('[data-banner=lost]');
  expect(await banner.count()).toBe(0);
  await page.clock.runFor(5_000);
  await banner.waitFor();
  expect(await banner.textContent()).toMatch(/Not live: .* old, last heard at \d\d:\d\d/);
  server.isBeating = true;
  await banner.waitFor({ state: 'detached' });
  await page.locator('.fact.live').waitFor();
});

test('after a night of sleep the page asks anew and is live again', async () => {
  const data = fleet(3);
  const page = await open(data, {}, (fresh) => fresh.clock.install());
  await page.locator('.fact.live').waitFor();
  const before = server.opened;
  server.data = { ...data, host: 'another-night' };
  await page.clock.fastForward(8 * 3_600_000);
  await page.getByText('another-night').waitFor();
  await page.locator('.fact.live').waitFor();
  expect(server.opened).toBeGreaterThan(before);
  expect(await page.locator('.banner').count()).toBe(0);
});

test('a server that is away is tried again', async () => {
  const page = await open(fleet(3));
  await page.locator('.fact.live').waitFor();
  const { port, data } = server;
  await server.close();
  await page.locator('[data-banner=lost]').waitFor();
  server = new FakeServer(data);
  await server.listen(port);
  await page.locator('.fact.live').waitFor();
  expect(await page.locator('.banner').count()).toBe(0);
});

test('after a restart with another token the page says how to open it, and takes the new address', async () => {
  const page = await open(fleet(3));
  await page.locator('.fact.live').waitFor();
  server.token = 'the-next-token';
  server.cut();
  const banner = page.locator('[data-banner=locked]');
  await banner.waitFor();
  expect(await banner.textContent()).toContain('asm page --open');
  expect(await banner.textContent()).toContain('page.url');
  expect(await page.locator('.row').count(), 'what was known stays there').toBe(3);
  await page.goto(`${server.origin}/#the-next-token`);
  await page.locator('.fact.live').waitFor();
  expect(await banner.count()).toBe(0);
  expect(page.url()).toBe(`${server.origin}/`);
});

test('an end in order is said plainly', async () => {
  const page = await open(fleet(3));
  await page.locator('.fact.live').waitFor();
  await server.end();
  await page.locator('[data-banner=ended]').waitFor();
  expect(await page.locator('[data-banner=ended]').textContent()).toContain("The page's server has ended");
});

test('a change draws its own row anew, and moves no other', async () => {
  const data = fleet();
  const page = await open(data);
  await whenDrawn(page);
  const before = await placesOf(page);
  await page.evaluate(`
    globalThis.touched = new Set();
    new MutationObserver((all) => all.forEach(({ target }) => {
      const element = target instanceof Element ? target : target.parentElement;
      const row = element.closest('.row');
      if (row !== null && element.closest('.track') === null) touched.add(row.dataset.session);
    })).observe(document.querySelector('.sessions'), { subtree: true, childList: true, attributes: true, characterData: true });
  `);
  const session = 'shop-creator-claude';
  const change = { activity: 'idle', group: 'idle', state: 'idle · job done' } as const;
  server.show({
    ...data,
    sessions: data.sessions.map((one) => (one.session === session ? { ...one, ...change } : one)),
  });
  await row(page, session).and(page.locator('[data-standing=idle]')).waitFor();
  expect(await page.evaluate('[...touched]')).toEqual([session]);
  expect(await placesOf(page)).toEqual(before);
});

test('the keyboard reaches everything: `/`, Esc, Tab, Enter', async () => {
  const page = await open(fleet(12));
  await whenDrawn(page);
  await page.keyboard.press('/');
  await page.keyboard.type('lab1');
  await expect.poll(() => page.locator('.row').count()).toBe(1);
  expect(await texts(page, '.tabs .count'), 'the search counts in every panel').toEqual(['0', '0', '1']);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('.row').count()).toBe(12);
  await page.locator('.spans button').last().focus();
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.className')).toBe('row-name');
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  await page.keyboard.press('Enter');
  await page.locator('.detail').waitFor();
  expect(await page.locator('.detail').textContent()).toContain('Conversation');
});

test('a resume command is copied; where the browser does not let it, its text is selected', async () => {
  const page = await open(fleet(12), { permissions: ['clipboard-read', 'clipboard-write'] });
  await whenDrawn(page);
  const gone = page.locator('.row[data-standing=gone]').first();
  await gone.locator('.row-copy button').click();
  await gone.locator('[data-copy=done]').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^cd \/home\/me\/.* && claude --resume /);
  await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("no"))');
  await gone.locator('.row-copy button').click();
  const box = gone.locator('.by-hand input');
  await box.waitFor();
  const selected =
    'document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)';
  await expect.poll(() => page.evaluate(selected)).toBe(await box.inputValue());
});

test('the log is filtered by kind, by session and by text; chips filter the sessions', async () => {
  const page = await open(fleet());
  await whenDrawn(page);
  await page.getByLabel('Kind').selectOption('session-gone');
  expect(new Set(await texts(page, '.rail .kind'))).toEqual(new Set(['session-gone']));
  await page.getByLabel('Kind').selectOption('');
  await page.getByRole('combobox', { name: 'Session' }).selectOption('shop-creator-claude');
  expect(await page.locator('.rail .event').count()).toBe(1);
  await page.getByLabel('Text in the log').fill('no such text');
  expect(await page.locator('.rail .nothing').textContent()).toBe('No event fits.');
  await page.getByRole('button', { name: /^\d+ gone$/ }).click();
  const standings = await page
    .locator('.row')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-standing')));
  expect(new Set(standings)).toEqual(new Set(['gone']));
});

test('a comment goes to the card only where the page may comment', async () => {
  const data = fleet(3);
  const page = await open(data);
  await page.getByRole('button', { name: /^Card/ }).click();
  await page.locator('.comments').waitFor();
  expect(await page.locator('textarea').count()).toBe(0);
  server.show({ ...data, card: data.card === null ? null : { ...data.card, mayComment: true } });
  await page.getByLabel('Comment on the card').fill('thanks, <b>go on</b>');
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.getByText('Sent').waitFor();
  expect(server.comments).toEqual(['thanks, <b>go on</b>']);
  server.refusal = 'the card is blocked';
  await page.getByLabel('Comment on the card').fill('once more');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Not sent: the card is blocked').waitFor();
  expect(await page.getByLabel('Comment on the card').inputValue(), 'the text is kept').toBe('once more');
});

test('no monitor, a failed look and blind sources are said above everything', async () => {
  const page = await open({
    ...fleet(3),
    watch: { kind: 'none' },
    failure: 'the registry cannot be read: line 3, column 5',
    unregistered: ['shop-creator-claude', 'b', 'c', 'd', 'e'],
    blind: [
      { source: 'tmux:/tmp/x', since: '2026-07-01T09:00:00.000Z', reason: 'permission denied', cure: 'chmod 700' },
    ],
  });
  await page.locator('.row').first().waitFor();
  const said = (await texts(page, '.banner')).join('\n');
  expect(said).toContain('The last look failed: the registry cannot be read: line 3, column 5.');
  expect(said).toContain('No monitor runs: this page only looks. Start one withasm monitor');
  expect(said).toContain('Not in the registry yet: shop-creator-claude, b, c and 2 others.');
  expect(await page.locator('.blind').textContent()).toContain('permission denied');
  expect(await page.locator('.blind').textContent()).toContain('chmod 700');
});

test('the theme is chosen and kept', async () => {
  const page = await open(fleet(3), { colorScheme: 'light' });
  await whenDrawn(page);
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await ground();
  await page.getByRole('button', { name: /^Theme: system/ }).click();
  await page.getByRole('button', { name: /^Theme: light/ }).click();
  expect(await ground()).not.toBe(light);
  await page.reload();
  await whenDrawn(page);
  expect(await ground()).not.toBe(light);
});

const views = [
  [1280, 'light'],
  [400, 'dark'],
] as const;
const otherViews = [
  [1280, 'dark'],
  [400, 'light'],
] as const;

test.each(isSoak ? [...views, ...otherViews] : views)(
  'axe finds nothing at %i px in %s',
  async (width, colorScheme) => {
    const data = fleet(14);
    const blind = [{ source: 'tmux', since: new Date().toISOString(), reason: 'permission denied', cure: 'chmod 700' }];
    const card = data.card === null ? null : { ...data.card, mayComment: true };
    const page = await open(
      { ...data, blind, card, watch: { kind: 'none' } },
      { viewport: { width, height: 800 }, colorScheme },
    );
    await whenDrawn(page);
    await page.locator('.row[data-standing=gone] .row-name').first().click();
    expect(await axeFinds(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is too wide').toBe(true);
    for (const name of ['Log', 'Card', 'Hosts']) {
      await page.getByRole('button', { name: new RegExp(`^${name} `) }).click();
      expect(await axeFinds(page), name).toEqual([]);
    }
  },
);

test('the page is small, and its shell holds no style and no code', () => {
  const folder = join(import.meta.dirname, '../../dist/page');
  const sizes = readdirSync(folder).map((name) => gzipSync(readFileSync(join(folder, name))).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60 * 1024);
  const shell = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(shell).not.toMatch(/<style|style=|<script(?![^>]*src=)|https?:|data:/);
});
