import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import type { Event } from '../src/log/log.ts';
import { projectRoot } from './source-tree.ts';

const docs = readdirSync(join(projectRoot, 'docs')).map((name) => `docs/${name}`);
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md', ...docs].filter((path) =>
  path.endsWith('.md'),
);

test('every link of a page leads to a page, and to a heading that is there', () => {
  expect(
    pages.flatMap((page) =>
      linksOf(page)
        .filter((link) => !leads(page, link))
        .map((link) => `${page}: ${link}`),
    ),
  ).toEqual([]);
});

test('every page is reached from the README', () => {
  const reached = new Set<string>();
  const open = ['README.md'];
  for (let page = open.pop(); page !== undefined; page = open.pop()) {
    if (reached.has(page) || !pages.includes(page)) continue;
    reached.add(page);
    const from = dirname(page);
    open.push(...linksOf(page).map((link) => join(from, link.split('#')[0] ?? '')));
  }
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

test('the page of the log names every event', () => {
  const kinds: Readonly<Record<Event['kind'], true>> = {
    opened: true,
    intended: true,
    applied: true,
    dropped: true,
    resolved: true,
    undone: true,
    tombstone: true,
    entries: true,
    seen: true,
    adopted: true,
    snoozed: true,
    finished: true,
    posting: true,
    posted: true,
    run: true,
  };
  const rows =
    read('docs/log.md')
      .match(/^\|.*$/gm)
      ?.join('\n') ?? '';
  expect(Object.keys(kinds).filter((kind) => !rows.includes(`\`${kind}\``))).toEqual([]);
});

/** Files that the walks of two pages pretend to add. */
const pretended = /\/(parrot|workspace-missing)/;

test('every file that a page names is there', () => {
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:src|test|scripts|bench|skills)\/[^`<\s]*)`/g)].map(([, path = '']) => ({
      page,
      path,
    })),
  );
  const missing = named.filter(({ path }) => !pretended.test(path) && !existsSync(join(projectRoot, path)));
  expect(missing).toEqual([]);
});

test('every command of a page that lengthens a test names a test that is there, and a variable that is read', () => {
  const sources = [...filesIn('test'), ...filesIn('scripts')].map((path) => read(path));
  const commands = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:[A-Z_]+=\S+ )*)npx vitest ([^`]*)`/g)].map(([, set = '', words = '']) => ({
      page,
      variables: [...set.matchAll(/([A-Z_]+)=/g)].map(([, name = '']) => name),
      paths: words.split(' ').filter((word) => word.startsWith('test/')),
    })),
  );
  expect(commands.filter(({ variables }) => variables.length > 0).length).toBeGreaterThan(5);
  for (const { page, variables, paths } of commands) {
    expect(
      paths.filter((path) => !isTested(path)),
      page,
    ).toEqual([]);
    const unread = variables.filter((name) => !sources.some((text) => text.includes(`process.env['${name}']`)));
    expect(unread, page).toEqual([]);
  }
});

test('every program that a page runs from source answers', () => {
  const programs = pages.flatMap((page) => [...read(page).matchAll(/npx tsx (\S+)/g)].map(([, path = '']) => path));
  expect(programs).not.toEqual([]);
  const tsx = join(projectRoot, 'node_modules/.bin/tsx');
  for (const program of new Set(programs)) {
    expect(execFileSync(tsx, [program, '--version'], { cwd: projectRoot, encoding: 'utf8' }), program).not.toBe('');
  }
});

/** Decides whether Vitest finds a file for that word: a folder, a file, or the beginning of its name. */
function isTested(word: string): boolean {
  return filesIn('test').some((path) => path.startsWith(word) && path.endsWith('.test.ts'));
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)));
}

function read(page: string): string {
  return readFileSync(join(projectRoot, page), 'utf8');
}

/** Returns the links into the project, without code blocks. */
function linksOf(page: string): string[] {
  const text = read(page).replace(/```[^]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to).filter((to) => !/^\w+:/.test(to));
}

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(projectRoot, target))) return false;
  return anchor === undefined || headingsOf(target).includes(anchor);
}

/** Returns the anchors that a forge gives the headings of a page. */
function headingsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
