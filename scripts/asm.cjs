#!/usr/bin/env node
// npm links this file as `asm`. It is part of the repository, so that an install without scripts can say what is
// missing.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '../dist/cli.js');
if (existsSync(program)) {
  process.argv[1] = program;
  require(program);
} else {
  const root = join(__dirname, '..');
  const isClone = existsSync(join(__dirname, 'build-once.mjs'));
  process.stderr.write(
    'agent-sessions-monitor is not built: it was installed without its scripts (ignore-scripts)\n' +
      `${root}\n` +
      `run: ${isClone ? 'npm run prepare, in that folder' : 'the same install with --ignore-scripts=false'}\n`,
  );
  process.exitCode = 70;
}
