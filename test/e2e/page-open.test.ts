import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { servePage } from './page/served-page.ts';
import { PrivateWorld, until, untilSo, which } from './private-world.ts';

/** `--open` with pretend browsers: what stands in their arguments is read by every user of the machine. */

let world: PrivateWorld;
let heard: string;
beforeEach(() => {
  world = new PrivateWorld();
  heard = join(world.root, 'heard');
});
afterEach(() => world.close());

/** Puts a program into PATH that writes down what it is given. @param then a shell command that follows */
function pretend(name: string, then = ''): string {
  const told = `printf '%s\\n' "$0" "$@" > '${heard}.new'; env > '${heard}.env'; mv '${heard}.new' '${heard}'`;
  const path = world.file(`bin/${name}`, `#!/bin/sh\n${told}\n${then}\n`);
  chmodSync(path, 0o755);
  return path;
}

const given = (): Promise<readonly string[]> =>
  until('the browser', () => (existsSync(heard) ? readFileSync(heard, 'utf8').trimEnd().split('\n').slice(1) : null));

test('the browser is given the name of a file that leads to the page, and never the key', async () => {
  pretend('xdg-open');
  world.env = { ...world.env, DISPLAY: ':9' };
  const page = await servePage(world, ['--open']);
  const opener = join(page.folder, 'page.html');
  expect(await given()).toEqual([opener]);
  expect(readFileSync(opener, 'utf8')).toContain(`content="0; url=${page.url}"`);
  expect(readFileSync(`${heard}.env`, 'utf8')).not.toContain(page.token);
  expect(readFileSync(`/proc/${page.pid}/cmdline`, 'utf8')).not.toContain(page.token);
  expect(readFileSync(`/proc/${page.pid}/environ`, 'utf8')).not.toContain(page.token);
  await until('its last word', () => page.stderr().includes('until Ctrl-C'));
  expect(page.stderr()).toBe('the page is there until Ctrl-C\n');

  rmSync(heard);
  expect(await world.run(['page', '--open'])).toMatchObject({ code: 0, stdout: `${page.url}\n`, stderr: '' });
  expect(await given(), 'a page of another process is opened too').toEqual([opener]);
});

test("xdg-open gives it to the user's browser", async () => {
  expect(which('xdg-open')).not.toBe('');
  world.env = { ...world.env, BROWSER: pretend('my-browser') };
  const page = await servePage(world, ['--open']);
  const [file = '', ...more] = await given();
  expect(more).toEqual([]);
  expect(file.replace(/^file:\/\//, '')).toBe(join(page.folder, 'page.html'));
});

test('where there is no desktop, or the program fails, it says so and serves', async () => {
  pretend('xdg-open', 'exit 4');
  const page = await servePage(world, ['--open']);
  await until('the warning', () => page.stderr().includes('until Ctrl-C'));
  expect(page.stderr()).toBe(
    'the browser was not opened: there is no desktop here. Open the address by hand\nthe page is there until Ctrl-C\n',
  );
  expect(existsSync(heard)).toBe(false);
  // It is told how the program ended if that comes within three seconds.
  await untilSo(async () => {
    const failed = await world.run(['page', '--open'], { env: { DISPLAY: ':9' } });
    expect(failed).toMatchObject({ code: 0, stdout: `${page.url}\n` });
    expect(failed.stderr).toContain('xdg-open ended with 4');
  });
});

test('a browser in the foreground keeps nothing: the address is there at once, and Ctrl-C ends the page', async () => {
  pretend('xdg-open', 'exec tail -f /dev/null --pid=$PPID');
  world.env = { ...world.env, WAYLAND_DISPLAY: 'x' };
  const page = await servePage(world, ['--open']);
  await given();
  expect(await page.end('SIGINT')).toBe(0);
  expect(existsSync(join(page.folder, 'page.url'))).toBe(false);
});
