// `npm run check:static` runs all checks that run no test, at once; what fails is shown whole.
import { spawn } from 'node:child_process';
import { npm, root } from './prepare.mjs';

const failed = await Promise.all(['types', 'lint', 'format', 'dead', 'gen'].map(check));
process.exitCode = failed.includes(true) ? 1 : 0;

/** Returns whether the check failed. */
function check(name) {
  return new Promise((resolve) => {
    const child = spawn(npm(), ['run', '--silent', `check:${name}`], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('close', (code) => {
      if (code !== 0) process.stdout.write(`check:${name} failed\n${said}\n`);
      resolve(code !== 0);
    });
  });
}
