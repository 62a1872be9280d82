// Keeps the code that V8 has compiled for each part of the program that a run used: node -r scripts/keep-code.cjs …
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
    writeFileSync(`${cache}.tmp`, script.createCachedData());
    renameSync(`${cache}.tmp`, cache);
  }
});
