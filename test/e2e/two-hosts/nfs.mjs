// Two hosts with kernels of their own, one of them 5 minutes ahead, write into one registry on a third one's NFS. By
// hand, as root: `apt-get install user-mode-linux nfs-kernel-server`, `npm run build`, then run this file.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const times = Number(process.argv[2] ?? 100);
const folder = fileURLToPath(new URL('.', import.meta.url));
const library = fileURLToPath(new URL('../../../dist/index.mjs', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'asm-nfs-'));
const disk = join(scratch, 'disk');
const network = `asmnfs${process.pid}`;
const guests = [];
let isWhole = false;

try {
  run('truncate', '-s', '200M', disk);
  run('mkfs.ext4', '-q', '-F', disk);
  run('ip', 'netns', 'add', network);
  inNetwork('link', 'add', 'bridge', 'type', 'bridge');
  inNetwork('link', 'set', 'bridge', 'up');
  const server = await boot('server', 1, 0);
  const [laba, labb] = [await boot('laba', 2, 0), await boot('labb', 3, 300)];
  const home = '/mnt/home/home';
  await server(['mkdir', '-p', home]);
  await server(['sh', '-c', `printf 'sessions:\\n  keep:\\n    status: paused\\n' > ${home}/registry.yaml`]);
  const write = (place) => [
    process.execPath,
    join(folder, 'writer.mjs'),
    library,
    `${home}/registry.yaml`,
    `${home}/state`,
    place,
    String(times),
  ];
  const ran = await Promise.all([laba(write('laba')), labb(write('labb'))]);
  for (const { code, stderr } of ran) console.log('exit', code, stderr);
  const read = async (path) => (await server(['cat', `${home}/${path}`])).stdout;
  const names = (text, pattern) => new Set([...text.matchAll(pattern)].map(([, name]) => name)).size;
  const log = await read('state/log.jsonl');
  const edits = names(await read('registry.yaml'), /^ {2}(lab.-\d+):$/gm);
  const events = names(log, /"kind":"snoozed","session":"(lab.-\d+)"/g);
  const torn = log.split('\n').filter((line) => line !== '' && !isJson(line)).length;
  const moves = names(await read('state/cursors/shared.json'), /"(lab.-\d+)"/g);
  console.log({ edits, events, moves, of: 2 * times, torn });
  isWhole = ran.every(({ code }) => code === 0) && torn === 0 && [edits, events, moves].every((n) => n === 2 * times);
} finally {
  for (const guest of guests) {
    try {
      process.kill(-guest.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
  spawnSync('ip', ['netns', 'del', network]);
  rmSync(scratch, { recursive: true, force: true });
}
// What a guest started may still hold its pipe.
process.exit(isWhole ? 0 : 1);

/** Starts a guest. @returns what runs a command there */
async function boot(name, number, ahead) {
  const tap = `tap${number}`;
  run('ip', 'netns', 'exec', network, 'ip', 'tuntap', 'add', tap, 'mode', 'tap');
  inNetwork('link', 'set', tap, 'master', 'bridge', 'up');
  const about = {
    name,
    ip: `198.18.77.${number}`,
    machine: String(number).repeat(32),
    ahead,
    node: process.execPath,
    folder: folder.replace(/\/$/, ''),
  };
  const kernel = [
    'mem=600M',
    'root=/dev/root',
    'rootfstype=hostfs',
    'rootflags=/',
    'ro',
    'quiet',
    'loglevel=0',
    `init=${folder}guest.sh`,
    'con=null',
    'con0=fd:0,fd:1',
    'console=tty0',
    `vec0:transport=tap,ifname=${tap},depth=64`,
    ...(number === 1 ? [`ubd0=${disk}`] : []),
  ];
  const words = [
    'netns',
    'exec',
    network,
    'linux.uml',
    ...kernel,
    ...Object.entries(about).map(([key, value]) => `asm_${key}=${value}`),
  ];
  const guest = spawn('ip', words, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  guests.push(guest);
  const waiting = new Map();
  const answer = (id) => new Promise((resolve) => void waiting.set(id, resolve));
  let text = '';
  guest.stdout.setEncoding('utf8').on('data', (more) => {
    text += more;
    for (let end = text.indexOf('\u0003'); end >= 0; end = text.indexOf('\u0003')) {
      const said = JSON.parse(text.slice(text.indexOf('\u0002') + 1, end));
      text = text.slice(end + 1);
      waiting.get(said.id)?.(said);
    }
  });
  await answer(0);
  let id = 0;
  return (command) => {
    id += 1;
    guest.stdin.write(`${JSON.stringify({ id, words: command })}\n`);
    return answer(id);
  };
}

function run(program, ...words) {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
}

function inNetwork(...words) {
  run('ip', '-n', network, ...words);
}

function isJson(line) {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
