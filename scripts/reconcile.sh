#!/bin/sh
# One pass over the registry: the same flags as `agent-sessions-monitor reconcile`.
set -eu

# Found through symlinks: the program stands beside the file, not beside the link.
self=$0
while [ -h "$self" ]; do
  target=$(readlink -- "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname -- "$self")/$target ;;
  esac
done
program=$(CDPATH='' cd -- "$(dirname -- "$self")/.." && pwd -P)/dist/cli.js

if [ -f "$program" ]; then
  exec node "$program" reconcile "$@"
fi
if command -v agent-sessions-monitor >/dev/null 2>&1; then
  exec agent-sessions-monitor reconcile "$@"
fi
echo "agent-sessions-monitor is not built and not installed" >&2
echo "$program" >&2
echo "run: npm start, or npm install -g agent-sessions-monitor" >&2
exit 70
