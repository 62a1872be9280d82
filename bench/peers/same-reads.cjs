// The calls of a pass and nothing else: one list of tmux, and the files that a pass reads of each session and of its
// process. It compares nothing, so no pass on Node can be faster.
// Usage: node same-reads.cjs <socket> <home>
const { spawn } = require('node:child_process');
const { readdirSync, readFileSync, readlinkSync, statSync } = require('node:fs');

const [socket, home] = process.argv.slice(2);
const format = '#{session_name}\t#{pane_pid}\t#{pane_current_command}\t#{pane_current_path}';
const tmux = spawn('tmux', ['-u', '-S', socket, 'list-panes', '-a', '-F', format], { stdio: ['ignore', 'pipe', 2] });
let list = '';
tmux.stdout.setEncoding('utf8').on('data', (text) => (list += text));
tmux.on('close', () => {
  for (const line of list.trimEnd().split('\n')) readSession(line.split('\t')[1]);
  process.exit(0);
});

function readSession(pid) {
  for (const name of ['stat', `task/${pid}/children`, 'cmdline', 'environ'])
    readFileSync(`/proc/${pid}/${name}`, 'utf8');
  readlinkSync(`/proc/${pid}/exe`);
  const cwd = readlinkSync(`/proc/${pid}/cwd`);
  const { sessionId } = JSON.parse(textOf(`${home}/.claude/sessions/${pid}.json`));
  const folder = `${home}/.claude/projects/${cwd.replaceAll(/[^A-Za-z0-9]/g, '-')}`;
  statSync(folder);
  readdirSync(folder);
  textOf(`${folder}/${sessionId}.jsonl`);
}

function textOf(path) {
  statSync(path);
  return readFileSync(path, 'utf8');
}
