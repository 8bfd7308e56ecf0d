# shellcheck shell=bash disable=SC2154 # sourced by tools/sdk, which sets what is read here
# Messages and timed steps. Everything goes to standard error: standard output is the command's.
# Sourced by tools/sdk; expects nothing.

say() { printf 'sdk: %s\n' "$*" >&2; }

# Ends the script. The first line says what is wrong, further arguments what to do about it.
fail() {
  say "error: $1"
  shift
  local line
  for line in "$@"; do printf '     %s\n' "$line" >&2; done
  exit 1
}

# A line that counts the seconds of a step on a terminal, so that minutes of work do not look like a
# hang.
show_clock() {
  local title=$1 started=$SECONDS
  while sleep 1 && kill -0 $$; do printf '\rsdk: %s … %d s ' "$title" $((SECONDS - started)) >&2; done
}

# step TITLE LOG COMMAND…: runs the command with its output appended to LOG, says how long it took,
# and returns its exit code. It runs in the background, so that a signal to us is answered at once.
step() {
  local title=$1 log=$2 started=$SECONDS code=0
  shift 2
  if [[ -t 2 ]]; then
    show_clock "$title" &
    clock=$!
  else
    say "$title …"
  fi
  printf '\n== %s\n' "$title" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null &
  running=$!
  wait "$running" || code=$?
  running=
  stop_clock
  ((code)) || say "$title: done in $((SECONDS - started)) s"
  return "$code"
}

clock='' running=''

stop_clock() {
  [[ -n $clock ]] || return 0
  { kill "$clock" && wait "$clock"; } 2>/dev/null || true
  clock=
  printf '\r\e[K' >&2
}

# on_signal CODE: what a signal does while steps run. The step's process takes its own down with it.
on_signal() {
  [[ -z $running ]] || kill -KILL "$running" 2>/dev/null || true
  stop_clock
  say "interrupted; running it again starts over"
  exit "$1"
}
