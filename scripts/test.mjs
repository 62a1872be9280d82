// `npm test`: everything, from a fresh clone on. Node's own modules only.
import { spawnSync } from 'node:child_process';
import { build, fail, install, missing, npm, run, say } from './prepare.mjs';

const packages = { tmux: 'tmux', flock: 'util-linux', ps: 'procps', python3: 'python3', setpriv: 'util-linux' };

systemPackages();
install();
run(npm(), ['run', '--silent', 'check'], 'inherit');
build();
run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'e2e'], 'inherit');

function systemPackages() {
  const absent = missing(Object.keys(packages));
  if (absent.length === 0) return;
  const names = [...new Set(absent.map((program) => packages[program]))];
  const command = `apt-get install -y ${names.join(' ')}`;
  if (process.getuid?.() !== 0 || missing(['apt-get']).length > 0)
    fail(`the tests need ${absent.join(', ')}. Get them with: ${command}`);
  say(`installing ${names.join(', ')} …`);
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2] });
  run('apt-get', ['install', '-y', '-qq', ...names]);
}
