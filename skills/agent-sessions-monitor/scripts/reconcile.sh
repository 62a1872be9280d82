#!/bin/sh
# One pass over the registry, from where this skill is installed: the same flags as `agent-sessions-monitor reconcile`.
exec agent-sessions-monitor reconcile "$@"
