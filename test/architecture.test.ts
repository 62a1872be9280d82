import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot, readSourceTree, type SourceImport } from './source-tree.ts';

/** The rules of the house. The folders and what each may import are read from `docs/architecture.md`. */

const maxFileLines = 250;
const maxFunctionLines = 60;

/** Folders of `test` that mirror no folder of `src`, with what they hold. */
const foldersOfTheirOwn: Record<string, string> = {
  contract: 'one suite for every adapter of a port',
  e2e: 'the real programs',
  fuzz: 'texts that are almost right, for every parser of text from outside',
  replay: 'dumps of real passes, each with its plan',
  pictures: 'what makes docs/pictures from real sessions',
  'core/truth': 'the plan against an oracle that thinks in another way',
  bench: 'the rows that the bench makes of other programs',
  'simulated-day': 'days of a fleet in process, through the ports',
  'simulated-day/invariants': 'what must hold at every step of such a day',
};

const page = readFileSync(join(projectRoot, 'docs/architecture.md'), 'utf8');
const folders = readFolders(page);
const files = readSourceTree();

describe('the house', () => {
  test('has a row in the table of docs/architecture.md for each folder', () => {
    const found = files.map(({ path }) => folderOf(path)).filter((name) => !folders.some((row) => row.name === name));
    expectNone(found);
  });

  test('imports only what the table of folders allows', () => expectNone(importsBeyondTheTable()));

  test('has no circle between folders', () => {
    const links = folders.map(({ name: from, mayImport }): [string, string[]] => [
      from,
      mayImport.flatMap(({ name }) => covered(name)).filter((to) => to !== from),
    ]);
    expect(circles(new Map(links))).toEqual([]);
  });

  test('has no circle between files', () => {
    const links = new Map(files.map(({ path, imports }) => [path, imports.filter(isOurs).map(({ to }) => to)]));
    expectNone(circles(links));
  });

  test('keeps the core free of Node, of packages, of a clock and of chance', () => {
    const core = files.filter(({ path }) => path.startsWith('core/'));
    const found = core.flatMap(({ path, imports, ambient }) => [
      ...imports.filter((one) => !isOurs(one)).map(({ to }) => `${path} imports ${to}`),
      ...ambient.map((name) => `${path} reads ${name}`),
    ]);
    expectNone(found);
  });

  test('loads for a pass no package that takes longer to load than a pass takes', () => {
    const loaded = [...loadedBy('cli/main.ts'), ...loadedBy('wire.ts'), ...loadedBy('cli/asker.ts')];
    const packages = loaded.filter((name) => !name.endsWith('.ts') && !/^(node:|\.)/.test(name));
    expect([...new Set(packages)].toSorted(), 'load any other by import(), where it is needed').toEqual([
      'commander',
      'leven',
      'ms',
    ]);
  });

  test(`has no file over ${maxFileLines} lines`, () => {
    expectNone(files.filter(({ lines }) => lines > maxFileLines).map(({ path }) => path));
  });

  test(`has no function over ${maxFunctionLines} lines`, () => {
    const found = files.flatMap(({ path, functions }) =>
      functions.filter(({ lines }) => lines > maxFunctionLines).map(({ name }) => `${path} ${name}`),
    );
    expectNone(found);
  });

  test('keeps implementations out of index.ts', () => {
    const lists = files.filter(({ path }) => basename(path) === 'index.ts');
    const found = lists.filter(({ functions, hasClass }) => functions.length > 0 || hasClass).map(({ path }) => path);
    expectNone(found);
  });

  test('has a folder of src for each folder of test', () => {
    const rooms = new Set(files.flatMap(({ path }) => parents(path)));
    const found = testFolders().filter((path) => !rooms.has(path) && !(path in foldersOfTheirOwn));
    expectNone(found);
  });

  test('answers each question of the page with a file and a function that there are', () => {
    const answers = rowsBetween(page, 'questions').map(([question = '', path = '', name = '']) => ({
      question,
      isThere: files.some((file) => `src/${file.path}` === unquoted(path) && file.names.has(unquoted(name))),
    }));
    expect(answers).not.toEqual([]);
    expect(answers.filter(({ isThere }) => !isThere)).toEqual([]);
  });

  test('explains no word twice', () => {
    const words = [...page.slice(page.indexOf('\n## Words')).matchAll(/^\| (\w.*?) +\|/gm)].map(([, word]) => word);
    const twice = words.filter((word, at) => word !== 'Word' && words.indexOf(word) !== at);
    expect(words).toContain('lease');
    expect(twice).toEqual([]);
  });
});

interface Folder {
  name: string;
  mayImport: { name: string; typesOnly: boolean }[];
}

/** Reads the table of folders: a name in the first column, the names it may import in the last. */
function readFolders(text: string): Folder[] {
  const read: Folder[] = [];
  for (const [name = '', , imports = ''] of rowsBetween(text, 'folders')) {
    const above = read.map((folder) => ({ name: folder.name, typesOnly: false }));
    const named = [...imports.matchAll(/`([^`]+)`( types)?/g)].map(([, to = '', types]) => ({
      name: to,
      typesOnly: types !== undefined,
    }));
    read.push({ name: unquoted(name), mayImport: imports === 'every row above' ? above : named });
  }
  return read;
}

/** Returns the cells of the table between two markers, without its head. */
function rowsBetween(text: string, marker: string): string[][] {
  const between = text.split(new RegExp(`<!-- /?${marker}\\b.*-->`))[1] ?? '';
  const rows = between.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '');
}

/** A name covers itself and every row below it: `core` covers `core/model`. */
function covered(name: string): string[] {
  return folders.map((folder) => folder.name).filter((row) => row === name || row.startsWith(`${name}/`));
}

/** Returns the row that a file belongs to, or the file's own folder where the table lacks a row. */
function folderOf(path: string): string {
  return folders.find(({ name }) => path === name || path.startsWith(`${name}/`))?.name ?? dirname(path);
}

function importsBeyondTheTable(): string[] {
  const found = files.flatMap(({ path, imports }) =>
    imports.filter(isOurs).flatMap((one) => {
      const [from, to] = [folderOf(path), folderOf(one.to)];
      const isFine = from === to || isAllowed(from, to, one.isTypeOnly);
      return isFine ? [] : [`${path} imports ${one.to}, but docs/architecture.md lets ${from} import nothing of ${to}`];
    }),
  );
  return [...new Set(found)];
}

function isAllowed(from: string, to: string, isTypeOnly: boolean): boolean {
  const allowed = folders.find(({ name }) => name === from)?.mayImport ?? [];
  return allowed.some(({ name, typesOnly }) => covered(name).includes(to) && (isTypeOnly || !typesOnly));
}

/** Returns the files and packages that are loaded with that file. */
function loadedBy(path: string): string[] {
  const loaded = new Set([path]);
  for (const name of loaded) {
    const { imports = [] } = files.find((file) => file.path === name) ?? {};
    for (const { to, isTypeOnly, isLate } of imports) if (!isTypeOnly && !isLate) loaded.add(to);
  }
  return [...loaded];
}

function isOurs({ isOurs }: SourceImport): boolean {
  return isOurs;
}

/** Returns each set of names that reach one another, as one line. */
function circles(links: Map<string, string[]>): string[] {
  const reach = new Map([...links.keys()].map((name) => [name, reachedFrom(name, links)]));
  const sets = [...reach].flatMap(([name, reached]) =>
    reached.has(name)
      ? [
          [...reached]
            .filter((other) => reach.get(other)?.has(name))
            .toSorted()
            .join(', '),
        ]
      : [],
  );
  return [...new Set(sets)];
}

function reachedFrom(name: string, links: Map<string, string[]>): Set<string> {
  const reached = new Set<string>();
  const open = [...(links.get(name) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    open.push(...(links.get(next) ?? []));
  }
  return reached;
}

function parents(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Folders that hold a test file; a folder of inputs mirrors nothing. */
function testFolders(): string[] {
  const tests = readdirSync(join(projectRoot, 'test'), { recursive: true, encoding: 'utf8' });
  const found = tests.filter((path) => path.endsWith('.test.ts')).flatMap((path) => parents(path).slice(-1));
  return [...new Set(found)].filter((path) => path.split('/')[0] !== 'e2e');
}

/** Shows each place that breaks a rule, once. */
function expectNone(found: string[]): void {
  expect([...new Set(found)]).toEqual([]);
}
