// `npm run check`: all checks that run no test, and all unit tests, at the same time. The tests mostly wait.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { listenTo, npm, root } from './prepare.mjs';

const checks = listenTo('check:static');
const units = spawn(npm(), ['run', '--silent', 'unit'], { cwd: root, stdio: 'inherit' });
const [code] = await once(units, 'close');
const { code: codeOfChecks, said } = await checks;
// Below what the tests said, so that neither gets lost in the other.
process.stdout.write(said);
process.exitCode = code === 0 && codeOfChecks === 0 ? 0 : 1;
