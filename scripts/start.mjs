// `npm start` runs the monitor, from a fresh clone on. It uses Node's own modules only.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, missing, root, say } from './prepare.mjs';

install();
build();
if (missing(['tmux']).length > 0) {
  say(
    'tmux is not installed; without it no session can be seen. Get it with: apt-get install tmux (or: brew install tmux)',
  );
}
const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'monitor', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// Ctrl-C reaches the whole process group: this process only waits for the monitor's own orderly end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
