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

# A line a second on a terminal while a step runs, so that minutes of work do not look like a hang.
show_clock() {
  local title=$1 log=$2 started=$SECONDS
  while sleep 1; do
    printf '\rsdk: %s … %d s, log %d lines ' "$title" $((SECONDS - started)) "$(wc -l <"$log")" >&2
  done
}

# step TITLE LOG COMMAND…: runs the command with its output appended to LOG, says how long it took,
# and returns the command's exit code.
step() {
  local title=$1 log=$2 started=$SECONDS code=0 clock=
  shift 2
  if [[ -t 2 ]]; then
    show_clock "$title" "$log" &
    clock=$!
  else
    say "$title …"
  fi
  printf '== %s: %s\n' "$title" "$*" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null || code=$?
  if [[ -n $clock ]]; then
    kill "$clock" && wait "$clock" || true
    printf '\r\e[K' >&2
  fi 2>/dev/null
  ((code)) || say "$title: done in $((SECONDS - started)) s"
  return "$code"
}
