#!/bin/bash
# The pass as it is often written: is it there, and what runs in it, asked of tmux session by session.
# Usage: PYTHON=<interpreter> PYTHONPATH=<folder of yaml> call-per-session.sh <socket> <registry>
set -u
"$PYTHON" -S - "$2" <<'READ' | while IFS=$'\t' read -r session status; do
import sys, yaml
loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)
for name, entry in yaml.load(open(sys.argv[1]), loader)['sessions'].items():
    print(name, entry['status'], sep='\t')
READ
  if tmux -S "$1" has-session -t "=$session" 2>/dev/null; then
    command=$(tmux -S "$1" list-panes -t "=$session:" -F '#{pane_pid} #{pane_current_command}')
    [ "$status" = running ] || echo "$session runs ($command), but is marked $status"
  else
    [ "$status" = running ] && echo "$session is gone, but is marked running"
  fi
done
exit 0
