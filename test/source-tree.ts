import { dirname, join, relative } from 'node:path';
import {
  isCallExpression,
  isClassLikeDeclaration,
  isExportDeclaration,
  isFunctionLikeDeclaration,
  isIdentifier,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isNamedImports,
  isNewExpression,
  isPropertyAccessExpression,
  isStringLiteral,
  SyntaxKind,
  type ImportDeclaration,
  type Node,
  type SourceFile as ParsedFile,
} from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';

export const projectRoot = join(import.meta.dirname, '..');

/** What one file of `src` holds, as far as the rules of the house ask. Paths count from `src`. */
export interface SourceFile {
  path: string;
  lines: number;
  imports: SourceImport[];
  functions: { name: string; lines: number }[];
  hasClass: boolean;
  /** Every name that the file declares: functions, classes, types, constants, methods. */
  names: Set<string>;
  /** What the file takes from the process around it: a clock, chance, the console. */
  ambient: string[];
}

export interface SourceImport {
  /** A path that counts from `src`, or a package with its prefix: `node:fs`, `zod`. */
  to: string;
  isOurs: boolean;
  isTypeOnly: boolean;
  /** By `import()`: it is loaded when it is needed. */
  isLate: boolean;
}

const source = join(projectRoot, 'src');
/** The browser's code knows other names than Node's, so it is a project of its own. */
const browser = 'src/page/client/tsconfig.json';
const projects = ['tsconfig.json', browser];

/** Reads all of `src` through the compiler, which is 0.5 s for 400 files. */
export function readSourceTree(): SourceFile[] {
  const api = new API({ cwd: projectRoot });
  try {
    return projects.flatMap((file) => {
      const config = join(projectRoot, file);
      const program = api.updateSnapshot({ openProject: config }).getProject(config)?.program;
      const paths = program?.getSourceFileNames().filter((path) => isOf(file, path)) ?? [];
      return paths.flatMap((path) => {
        const parsed = program?.getSourceFile(path);
        return parsed === undefined ? [] : [describeFile(relative(source, path), parsed)];
      });
    });
  } finally {
    api.close();
  }
}

/** Both projects see the types that they share; each file is read once, by its own project. */
function isOf(project: string, path: string): boolean {
  const isInBrowser = path.startsWith(join(projectRoot, dirname(browser), '/'));
  return path.startsWith(`${source}/`) && isInBrowser === (project === browser);
}

function describeFile(path: string, parsed: ParsedFile): SourceFile {
  const file: SourceFile = {
    path,
    lines: parsed.text.replace(/\n$/, '').split('\n').length,
    imports: [],
    functions: [],
    hasClass: false,
    names: new Set(),
    ambient: [],
  };
  visit(parsed);
  file.ambient = file.ambient.filter((name) => !file.names.has(name.split('.')[0] ?? ''));
  return file;

  function visit(node: Node): void {
    const found = importOf(node);
    if (found !== undefined) file.imports.push(resolveImport(path, found));
    const name = nameOf(node);
    if (name !== undefined) file.names.add(name);
    if (isFunctionLikeDeclaration(node)) {
      const text = parsed.text.slice(node.getStart(parsed), node.end);
      file.functions.push({ name: name ?? nameOf(node.parent) ?? 'unnamed', lines: text.split('\n').length });
    }
    if (isClassLikeDeclaration(node)) file.hasClass = true;
    const ambient = ambientOf(node);
    if (ambient !== undefined) file.ambient.push(ambient);
    node.forEachChild(visit);
  }
}

type Import = Omit<SourceImport, 'isOurs'>;

function importOf(node: Node): Import | undefined {
  if (isImportDeclaration(node) && isStringLiteral(node.moduleSpecifier)) {
    return { to: node.moduleSpecifier.text, isTypeOnly: importsTypesOnly(node), isLate: false };
  }
  if (isExportDeclaration(node) && node.moduleSpecifier !== undefined && isStringLiteral(node.moduleSpecifier)) {
    return { to: node.moduleSpecifier.text, isTypeOnly: node.isTypeOnly, isLate: false };
  }
  if (isImportTypeNode(node) && isLiteralTypeNode(node.argument) && isStringLiteral(node.argument.literal)) {
    return { to: node.argument.literal.text, isTypeOnly: true, isLate: false };
  }
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    const [specifier] = node.arguments;
    if (specifier !== undefined && isStringLiteral(specifier)) {
      return { to: specifier.text, isTypeOnly: false, isLate: true };
    }
  }
  return undefined;
}

function importsTypesOnly({ importClause }: ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  if (importClause.phaseModifier === SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = importClause;
  if (name !== undefined || namedBindings === undefined || !isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every((element) => element.isTypeOnly);
}

function resolveImport(from: string, found: Import): SourceImport {
  if (!found.to.startsWith('.')) return { ...found, isOurs: false };
  const path = join(dirname(from), found.to);
  return { ...found, to: path, isOurs: !path.startsWith('../') };
}

function nameOf(node: Node): string | undefined {
  const name = 'name' in node ? node.name : undefined;
  return isNamedNode(name) && isIdentifier(name) ? name.text : undefined;
}

function isNamedNode(name: unknown): name is Node {
  return typeof name === 'object' && name !== null && 'kind' in name;
}

/** Names a read of a clock, of chance or of the process; the value must come in as an argument instead. */
function ambientOf(node: Node): string | undefined {
  if (isNewExpression(node) && isIdentifier(node.expression) && node.expression.text === 'Date') {
    return (node.arguments ?? []).length === 0 ? 'new Date()' : undefined;
  }
  if (!isPropertyAccessExpression(node) || !isIdentifier(node.expression)) return undefined;
  const text = `${node.expression.text}.${node.name.text}`;
  const isAmbient = ['Date.now', 'Math.random', 'performance.now'].includes(text);
  return isAmbient || ['process', 'console', 'Buffer'].includes(node.expression.text) ? text : undefined;
}
