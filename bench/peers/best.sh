#!/bin/bash
# The pass as somebody good writes it: one list, one stat, one process with libyaml.
# Usage: PYTHON=<interpreter> PYTHONPATH=<folder of yaml> best.sh <socket> <registry>
set -u
list=$(tmux -u -S "$1" list-panes -a -F $'#{session_name}\t#{pane_pid}\t#{pane_current_command}\t#{pane_current_path}') || exit 4
stat -c %Y "$2" >/dev/null || exit 3
"$PYTHON" -S - "$2" 3<<<"$list" <<'COMPARE'
import os, sys, yaml
alive = {line.split('\t')[0] for line in os.fdopen(3).read().splitlines()}
loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)
entries = yaml.load(open(sys.argv[1]), loader)['sessions']
for name, entry in entries.items():
    if entry['status'] == 'running' and name not in alive:
        print(name, 'is gone, but is marked running')
for name in sorted(alive - entries.keys()):
    print(name, 'runs, but has no entry')
COMPARE
