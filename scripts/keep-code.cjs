// Keeps the code that V8 has compiled for each part of the program that a run used: node -r scripts/keep-code.cjs …
const { hash } = require('node:crypto');
const { renameSync, writeFileSync } = require('node:fs');
const vm = require('node:vm');

const used = new Map();
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    used.set(options.filename, this);
  }
};
process.on('exit', () => {
  for (const [filename, script] of used) {
    const cache = `${filename.replace(/\.cjs$/, '')}-${process.version}-${process.arch}.cache`;
    const code = script.createCachedData();
    // V8 does not check what it reads: `src/cli/start.ts` takes the code only with its own hash before it.
    writeFileSync(`${cache}.tmp`, Buffer.concat([hash('sha256', code, 'buffer'), code]));
    renameSync(`${cache}.tmp`, cache);
  }
});
