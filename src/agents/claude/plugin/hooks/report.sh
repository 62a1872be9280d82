# The hook of agent-sessions-monitor: keeps what Claude Code says of itself in one small file for its process.
# It prints nothing, because a SessionStart hook's output goes to the model, and always ends with 0. It needs no
# program of agent-sessions-monitor, which may be gone. $1: the name of the event.
# It runs by `exec`, so that its parent is Claude itself.
exec >/dev/null 2>&1
umask 077
# An empty PATH would name the folder that the agent works in.
PATH=${PATH:-/usr/bin:/bin}
command -v mv && command -v head || exit 0
state=${AGENT_SESSIONS_MONITOR_STATE_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}/agent-sessions-monitor}
# Without the state folder nothing reads the report.
[ -d "$state" ] || exit 0
folder=$state/hooks
[ -d "$folder" ] || mkdir "$folder" || exit 0

# The start of the process, by the kernel's own count; elsewhere than on Linux by ps.
if [ -r "/proc/$PPID/stat" ]; then
  event=$1
  read -r stat <"/proc/$PPID/stat" || exit 0
  # The name may hold blanks and brackets: the fields begin after its last bracket.
  set -f
  set -- ${stat##*) }
  start=${20}
  # Process 1 tells a container from its host, which may have the same name.
  init=
  read -r stat </proc/1/stat && set -- ${stat##*) } && init=${20}
  read -r host </proc/sys/kernel/hostname || host=
else
  event=$1
  start=$(LC_ALL=C ps -o lstart= -p "$PPID" | tr -cd '0-9A-Za-z')
  host=$(hostname)
  init=
fi
case $start in '' | *[!0-9A-Za-z]*) exit 0 ;; esac
case $init in *[!0-9]*) init= ;; esac
case $host in *[!0-9A-Za-z._-]*) host= ;; esac

# Fixed words at the beginning of the input, and nothing else of it: no prompt, no input of a tool.
input=$(head -c 4096)
value=
pick() {
  value=
  case $input in
    *"\"$1\":\""*)
      value=${input#*"\"$1\":\""}
      value=${value%%\"*}
      ;;
  esac
  case $value in *[!0-9A-Za-z_.:-]*) value= ;; esac
}
pick session_id
id=$value
extra=
case $event in
  SessionStart) pick source && extra="\"source\":\"$value\"," ;;
  SessionEnd) pick reason && extra="\"reason\":\"$value\"," ;;
  Notification) pick notification_type && extra="\"notification\":\"$value\"," ;;
esac
tmux=$TMUX
case $tmux in *[\"\\]*) tmux= ;; esac
case $TMUX_PANE in %*[!0-9]*) pane= ;; %*) pane=$TMUX_PANE ;; *) pane= ;; esac
entrypoint=$CLAUDE_CODE_ENTRYPOINT
case $entrypoint in *[!0-9A-Za-z_-]*) entrypoint= ;; esac

name=$PPID-$start.json
# A file would be moved into a folder of that name, or into one that a link there names.
[ -d "$folder/$name" ] && exit 0
# A name that passes of the monitor sweep after a day, if this process is killed.
new=$folder/.$name.asm-$$--00000000.tmp
if printf '{"agent":"claude","event":"%s","host":"%s","init":"%s","id":"%s",%s"tmux":"%s","pane":"%s","entrypoint":"%s"}\n' \
  "$event" "$host" "$init" "$id" "$extra" "$tmux" "$pane" "$entrypoint" >"$new"; then
  mv -f "$new" "$folder/$name" || rm -f "$new"
else
  rm -f "$new"
fi
exit 0
