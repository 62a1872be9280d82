#!/bin/bash
# The pass as a good programmer writes it: one list, one process with libyaml. It looks at the conversation and at the
# record of each session where Claude keeps them.
# Usage: PYTHON=<interpreter> PYTHONPATH=<folder of yaml> best.sh <socket> <registry>
set -u
list=$(tmux -u -S "$1" list-panes -a -F $'#{session_name}\t#{pane_pid}\t#{pane_current_command}\t#{pane_current_path}') || exit 4
stat -c %Y "$2" >/dev/null || exit 3
"$PYTHON" -S - "$2" 3<<<"$list" <<'COMPARE'
import json, os, re, sys, yaml
panes = dict(line.split('\t')[:2] for line in os.fdopen(3).read().splitlines())
loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)
entries = yaml.load(open(sys.argv[1]), loader)['sessions']
claude = os.path.expanduser('~/.claude')
for name, entry in entries.items():
    if entry['status'] != 'running':
        continue
    if name not in panes:
        print(name, 'is gone, but is marked running')
        continue
    conversation = entry['claude_session_id_own']
    folder = re.sub('[^A-Za-z0-9]', '-', entry['cwd'])
    if conversation and not os.path.exists(f'{claude}/projects/{folder}/{conversation}.jsonl'):
        print(name, 'has lost its conversation')
    try:
        with open(f'{claude}/sessions/{panes[name]}.json') as record:
            now = json.load(record)['sessionId']
        if now != conversation:
            print(name, 'goes on in', now)
    except FileNotFoundError:
        pass
for name in sorted(panes.keys() - entries.keys()):
    print(name, 'runs, but has no entry')
COMPARE
