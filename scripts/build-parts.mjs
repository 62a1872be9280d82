import { basename } from 'node:path';
import { build } from 'esbuild';

const program = 'src/cli/main.ts';
const asker = 'src/cli/asker.ts';

/**
 * The parts of the program in their order, each with the modules for which it is there. What these load at once comes
 * with them, unless an earlier part has it. The last one has all that no other part names.
 */
const modulesOf = {
  pass: [program, 'src/wire.ts', 'src/cli/monitor-terminal.ts'],
  parse: [
    ...['read-source', 'why-unreadable', 'prepare', 'prepare-changed'].map((name) => `src/registry/${name}.ts`),
    'src/yaml/source.ts',
    'node_modules/proper-lockfile/index.js',
  ],
  config: ['src/config/read-config-file.ts'],
  broker: ['node_modules/mqtt/build/index.js'],
  execa: ['node_modules/execa/index.js'],
  rest: [],
};

/**
 * Builds the program as a few scripts, so that a command loads only what it needs. Each is a function of `require` that
 * gives the part's modules by the names of their chunks. What asks a monitor is a part with copies of its own: it is
 * small, and what it shared with a pass would slow the pass down.
 * @returns name, text, and the licences of its libraries, for each part
 */
export async function buildParts(options) {
  const chunks = await splitUp(options);
  const partOf = placeChunks(chunks);
  const parts = Object.keys(modulesOf).map((name) => buildPart(name, chunks, partOf, options));
  return Promise.all([buildAsker(chunks, partOf, options), ...parts]);
}

/** Splits the program wherever it loads a module later, and where two such modules share one. */
async function splitUp(options) {
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: { main: program },
    format: 'esm',
    splitting: true,
    metafile: true,
    legalComments: 'inline',
    write: false,
  });
  const about = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  return new Map(
    outputFiles.map(({ path, text }) => {
      const { imports, entryPoint: module } = about.get(basename(path));
      const byKind = (kind) =>
        imports.filter((one) => !one.external && one.kind === kind).map((one) => basename(one.path));
      const isCommonJs = /^export default require_/m.test(text);
      const [atOnce, later] = [byKind('import-statement'), byKind('dynamic-import')];
      return [basename(path), { text, module, atOnce, later, isCommonJs }];
    }),
  );
}

/** Returns the part of each chunk. */
function placeChunks(chunks) {
  const partOf = new Map();
  const place = (chunk, part) => {
    if (partOf.has(chunk)) return;
    partOf.set(chunk, part);
    for (const needed of chunks.get(chunk).atOnce) place(needed, part);
  };
  for (const [part, modules] of Object.entries(modulesOf)) {
    for (const module of modules) {
      place(chunkOf(module, chunks), part);
    }
  }
  for (const chunk of chunks.keys()) place(chunk, Object.keys(modulesOf).at(-1));
  for (const [chunk, { later }] of chunks) {
    const nameless = later.find((one) => chunks.get(one).isCommonJs && partOf.get(one) === partOf.get(chunk));
    if (nameless !== undefined) throw new Error(`${chunks.get(nameless).module} needs a part of its own: see plain()`);
  }
  return partOf;
}

function chunkOf(module, chunks) {
  const chunk = [...chunks.keys()].find((name) => chunks.get(name).module === module);
  if (chunk === undefined) throw new Error(`nothing loads ${module} later: no part can begin with it`);
  return chunk;
}

function buildPart(name, chunks, partOf, options) {
  const own = [...chunks.keys()].filter((chunk) => partOf.get(chunk) === name);
  const modules = own.map((chunk) => `get '${chunk}'() { return plain(require('./${chunk}')); }`);
  return asScript(name, `${plain}\nmodule.exports = {\n${modules.join(',\n')}\n};`, {
    ...options,
    plugins: [fromMemory(name, chunks, partOf)],
  });
}

/** Builds what asks a monitor. What it needs only at times, the other parts give. */
function buildAsker(chunks, partOf, options) {
  const elsewhere = [program, 'src/config/read-config-file.ts'].map((module) => {
    const chunk = chunkOf(module, chunks);
    return [basename(module), `${partOf.get(chunk)}/${chunk}`];
  });
  const ofOthers = {
    name: 'of others',
    setup: ({ onResolve }) =>
      elsewhere.forEach(([name, path]) =>
        onResolve({ filter: new RegExp(`/${name}$`) }, ({ kind }) =>
          kind === 'dynamic-import' ? { path, external: true } : null,
        ),
      ),
  };
  return asScript('ask', `module.exports = { get 'asker.js'() { return require('./${asker}'); } };`, {
    ...options,
    plugins: [...options.plugins, ofOthers],
  });
}

async function asScript(name, contents, options) {
  const { outputFiles } = await build({
    ...options,
    stdin: { contents, sourcefile: `${name}.cjs`, resolveDir: options.absWorkingDir },
    outfile: `${name}.js`,
    outdir: undefined,
    format: 'cjs',
    // A script that `vm` runs can only `require`.
    supported: { 'dynamic-import': false },
    banner: { js: '((require) => {var module = {};' },
    footer: { js: 'return module.exports;})' },
    minifyWhitespace: true,
    // Short lines, so that a stack trace can name one.
    lineLimit: 120,
    write: false,
  });
  const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { name, text: inAscii(textOf('.js')), legal: textOf('.LEGAL.txt') };
}

/**
 * Gives another part the values themselves: esbuild's getters cost a call at each use. A CommonJS module that is loaded
 * later has only its default left once esbuild has split the program (evanw/esbuild#3245), and gets its names back.
 */
const plain = `function plain(module) {
  return Object.defineProperty({ ...module.default, ...module }, '__esModule', { value: true });
}`;

/** Takes the part's own chunks from memory. One of another part is asked of the loader, as `part/chunk`. */
function fromMemory(part, chunks, partOf) {
  return {
    name: 'from memory',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path }) => {
        const chunk = basename(path);
        const home = partOf.get(chunk);
        if (home === part) return { path: chunk, namespace: 'chunk' };
        return { path: home === undefined ? path : `${home}/${chunk}`, external: true };
      });
      onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path }) => ({ contents: chunks.get(path).text, loader: 'js' }));
    },
  };
}

/**
 * Escapes all letters beyond ASCII: esbuild leaves them in regular expressions, and V8 then keeps two bytes for each
 * letter of the text.
 */
function inAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
