# shellcheck shell=bash disable=SC2154 # sourced by tools/sdk, which sets what is read here
# Makes the Debian 13 root: under a lock, in a partial folder, renamed when complete.
# Sourced by tools/sdk after the other parts; reads root, key, log, sdk_dir, packages, here.

# Makes the root unless it is there. Safe to interrupt (the next run removes the partial folder) and
# to run twice at once (the second waits and finds it made).
ensure_root() {
  root_is_made && return
  require_linux
  mkdir -p "$sdk_dir" || true
  [[ -w $sdk_dir ]] ||
    fail "the cache folder $sdk_dir cannot be written" "Set XDG_CACHE_HOME to a folder of your own."
  local lock
  # The steps inherit the lock, so that no other run starts while one of them is still ending.
  exec {lock}>"$sdk_dir/$key.lock"
  if ! flock --nonblock "$lock"; then
    say "another tools/sdk is making the toolchain; waiting for it"
    flock "$lock"
  fi
  trap 'on_signal 129' HUP
  trap 'on_signal 130' INT
  trap 'on_signal 143' TERM
  root_is_made || create_root
  trap - HUP INT TERM
  exec {lock}>&-
}

create_root() {
  local started=$SECONDS partial=$sdk_dir/$key.partial-$$
  : >"$log"
  rm -rf --one-file-system "$sdk_dir/$key".partial-*
  require_disk
  require_creator
  require_debootstrap
  say "making the Debian 13 toolchain in $root (once; a few minutes)"
  say "log: $log"
  mkdir "$partial"
  make_base "$partial"
  install_packages "$partial"
  add_user "$partial"
  printf '%s\n' "$key" >"$partial/etc/krait-sdk"
  mv -T "$partial" "$root"
  say "toolchain made in $((SECONDS - started)) s"
}

make_base() {
  creation_step "1/3 base system" debootstrap --variant=minbase --force-check-gpg \
    --include=ca-certificates trixie "$1"
  # debootstrap copies the host's, if need be as links that lead out of the root.
  rm -f "$1/etc/resolv.conf" "$1/etc/hosts"
  touch "$1/etc/resolv.conf" "$1/etc/hosts"
  mkdir "$1/.host"
}

install_packages() {
  local binds=() inside
  bind_names
  inside=("$BASH" "$here/sdk.d/enter.sh" "$1" writable / root "${binds[@]}" --
    /bin/bash -c "$(<"$here/sdk.d/in-new-root.sh")" in-new-root.sh)
  creation_step "2/3 package lists" "${inside[@]}" sources
  creation_step "3/3 packages (${#packages[@]} and what they need)" \
    "${inside[@]}" packages "${packages[@]}"
}

# An ordinary user keeps the own number inside, so the root has to know the name of it.
add_user() {
  ((EUID)) || return 0
  printf '%s:x:%d:%d::%s:/bin/bash\n' "$(id -un)" "$EUID" "${GROUPS[0]}" "$HOME" >>"$1/etc/passwd"
  grep -q "^[^:]*:x:${GROUPS[0]}:" "$1/etc/group" ||
    printf '%s:x:%d:\n' "$(id -gn)" "${GROUPS[0]}" >>"$1/etc/group"
}

creation_step() {
  step "$1" "$log" run_as_creator "${@:2}" || fail_creation "$1"
}

fail_creation() {
  say "the end of the log:"
  tail -n 12 "$log" | sed 's/^/     /' >&2
  if grep -Eq 'No space left on device' "$log"; then
    fail "step $1 failed: the disk is full; the log is $log" \
      "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk."
  elif grep -Eq 'Failed getting release|Could not resolve|Could not connect|Couldn.t download|Failed to fetch|Unable to connect|Temporary failure' "$log"; then
    fail "step $1 failed: Debian's mirror cannot be reached; the log is $log" \
      "Is the network up? Behind a proxy, set http_proxy and https_proxy. Then run it again."
  fi
  fail "step $1 failed; the log is $log" "Running it again starts over."
}
