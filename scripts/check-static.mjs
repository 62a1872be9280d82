// `npm run check:static` runs all checks that run no test, at once; what fails is shown whole.
import { listenTo } from './prepare.mjs';

const failed = await Promise.all(['types', 'lint', 'format', 'dead', 'gen'].map(fails));
process.exitCode = failed.includes(true) ? 1 : 0;

async function fails(name) {
  const { code, said } = await listenTo(`check:${name}`);
  if (code !== 0) process.stdout.write(`check:${name} failed\n${said}\n`);
  return code !== 0;
}
