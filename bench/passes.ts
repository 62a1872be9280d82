import { execFileSync } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transcriptOf, type Fleet } from './fleet.ts';
import { inTurn, ratio, spread, timed, type Row } from './measure.ts';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist/cli.js');
/** Long settled; s since 1970. */
const hourAgo = Date.now() / 1000 - 3_600;
const peer = (file: string): string => join(root, 'bench/peers', file);

/** Measures a whole process from its start to its end, as cron or a script runs it. */
export async function oneShot({ env, home, socket, registry }: Fleet, count: number): Promise<readonly Row[]> {
  const ours = () => timed([process.execPath, cli, 'reconcile', '--once'], env);
  let changes = 0;
  const anewWith = (anchor: string) => (): number => {
    changes += 1;
    writeFileSync(registry, withOtherWord(readFileSync(registry, 'utf8'), `${anchor}changed ${changes} times`));
    utimesSync(registry, hourAgo, hourAgo);
    return ours();
  };
  const python = plainPython();
  const best = () => timed(['bash', peer('best.sh'), socket, registry], { ...env, ...python });
  const each = () => timed(['bash', peer('call-per-session.sh'), socket, registry], { ...env, ...python });
  const reads = () => timed([process.execPath, peer('same-reads.cjs'), socket, home], env);
  ours();
  const fast = await inTurn(count === 1_000 ? 7 : 11, { ours, best, reads });
  const changed = await inTurn(count === 1_000 ? 5 : 7, { anew: anewWith(''), best });
  const slow = await inTurn(count === 1_000 ? 1 : 3, { ours, each });
  const whole = await inTurn(count === 1_000 ? 5 : 7, { anew: anewWith('&anchor '), best });
  return [
    [`${count}`, 'one-shot pass', spread(fast.ours), ''],
    [`${count}`, 'bash, one list', spread(fast.best), `ours takes ${ratio(fast.ours, fast.best)}`],
    [`${count}`, 'Node, the same reads and no thought', spread(fast.reads), `${ratio(fast.reads, fast.best)} of bash`],
    [`${count}`, 'bash, calls per session', spread(slow.each), `ours takes ${ratio(slow.ours, slow.each)}`],
    [
      `${count}`,
      'one-shot pass, one entry changed',
      spread(changed.anew),
      `${ratio(changed.anew, changed.best)} of bash`,
    ],
    [
      `${count}`,
      'the same in a text with an anchor, which is parsed whole',
      spread(whole.anew),
      `${ratio(whole.anew, whole.best)} of bash`,
    ],
  ];
}

/** Returns a registry with another word in the entry in its middle. */
function withOtherWord(text: string, word: string): string {
  const at = text.indexOf('last_visible_status:', text.length / 2);
  return `${text.slice(0, at)}last_visible_status: ${word}${text.slice(text.indexOf('\n', at))}`;
}

/** Returns an environment without pyenv's shim and this machine's site hooks, which are no work of the peers. */
function plainPython(): { PYTHON: string; PYTHONPATH: string } {
  const tell =
    'import os, sys, yaml; print(sys.executable, os.path.dirname(os.path.dirname(yaml.__file__)), sep="\\n")';
  const [PYTHON = '', PYTHONPATH = ''] = execFileSync('python3', ['-c', tell], { encoding: 'utf8' }).split('\n');
  return { PYTHON, PYTHONPATH };
}

/** Measures a pass in a running process when nothing has changed. */
export async function warmPass(fleet: Fleet, count: number): Promise<readonly Row[]> {
  const { env, socket } = fleet;
  const pass = await passOf(fleet);
  // As in a monitor's first five minutes: by then V8 has compiled the code that runs often.
  for (let warm = 0; warm < 10; warm += 1) await pass();
  const fields = ['session_id', 'session_name', 'session_created', 'window_id', 'pane_id', 'pane_pid', 'pane_dead'];
  const format = [...fields, 'pane_current_command', 'pane_current_path'].map((field) => `#{${field}}`).join('\t');
  const bare = () => timed(['tmux', '-u', '-S', socket, 'list-panes', '-a', '-F', format], env);
  const times = await inTurn(15, { pass, bare });
  return [
    [`${count}`, 'warm pass, nothing changed', spread(times.pass), ''],
    [`${count}`, 'bare `list-panes -a`', spread(times.bare), `ours takes ${ratio(times.pass, times.bare)}`],
  ];
}

/** Measures passes over a session in whose folder very many other conversations were held. */
export function crowdedFolder(fleet: Fleet): Promise<readonly Row[]> {
  const [session] = fleet.sessions;
  if (session === undefined) throw new Error('a fleet without sessions');
  const folder = dirname(transcriptOf(session, fleet.home));
  for (let number = 0; number < 20_000; number += 1) {
    writeOld(join(folder, `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000.jsonl`), '');
  }
  return passesBeside(fleet, folder, 'one of them in a folder with 20,000 transcripts');
}

/** Measures passes beside the records of very many processes that were killed. */
export function oldRecords(fleet: Fleet): Promise<readonly Row[]> {
  const folder = join(fleet.home, '.claude/sessions');
  // No process has these pids: they are above the largest that Linux gives.
  for (let number = 0; number < 6_300; number += 1) {
    const pid = 5_000_000 + number;
    writeOld(join(folder, `${pid}.json`), JSON.stringify({ pid, sessionId: fleet.sessions[0]?.id, procStart: '1' }));
  }
  return passesBeside(fleet, folder, '6,300 records of ended processes');
}

function writeOld(path: string, text: string): void {
  writeFileSync(path, text);
  utimesSync(path, hourAgo, hourAgo);
}

/** Measures passes beside Node's `stat` of all files in a folder. */
async function passesBeside(fleet: Fleet, folder: string, where: string): Promise<readonly Row[]> {
  const { env, sessions } = fleet;
  utimesSync(folder, hourAgo, hourAgo);
  const node = (words: readonly string[]) => () => timed([process.execPath, ...words], env);
  const statAll =
    'const { readdirSync, statSync } = require("node:fs"); const [folder] = process.argv.slice(1);' +
    'for (const name of readdirSync(folder)) statSync(folder + "/" + name);';
  const once = [cli, 'reconcile', '--once'];
  const first = await inTurn(7, { ours: node(once), stat: node(['-e', statAll, folder]) });
  const pass = await passOf(fleet);
  await pass();
  const next = await inTurn(15, { pass });
  return [
    [`${sessions.length}`, `one-shot pass, ${where}`, spread(first.ours), ''],
    [`${sessions.length}`, "Node's `stat` of these", spread(first.stat), `ours takes ${ratio(first.ours, first.stat)}`],
    [`${sessions.length}`, 'the same in a running process, nothing changed', spread(next.pass), ''],
  ];
}

/** Returns what makes a pass in this process, and says how long it took; ms. */
async function passOf({ env }: Fleet): Promise<() => Promise<number>> {
  const { loadSettings, makeContext } = await import(join(root, 'dist/index.mjs'));
  const settings = await loadSettings({ flags: {}, env, home: env['HOME'], cwd: env['HOME'] });
  const output = { stdout: () => Promise.resolve(), stderr: () => undefined, stdoutIsTerminal: false, color: false };
  const signal = new AbortController().signal;
  Object.assign(process.env, env);
  const context = makeContext({ settings, version: '', env, home: env['HOME'], program: [], signal, output });
  return async () => {
    const began = performance.now();
    const { commit } = await context.pass({ mode: 'once' });
    await commit();
    return performance.now() - began;
  };
}
