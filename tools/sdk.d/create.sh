# Makes the Debian 13 root: under a lock, in a partial folder, renamed when complete.
# Sourced by tools/sdk after host.sh; reads root, key, sdk_dir, packages, here.

# Makes the root unless it is there. Safe to interrupt (the next run removes the partial folder) and
# to run twice at once (the second waits and finds it made).
ensure_root() {
  root_is_made && return
  require_linux
  mkdir -p "$sdk_dir"
  local lock
  exec {lock}>"$sdk_dir/$key.lock"
  if ! flock --nonblock "$lock"; then
    say "another tools/sdk is making the root; waiting for it"
    flock "$lock"
  fi
  root_is_made || create_root {lock}>&-
  exec {lock}>&-
}

create_root() {
  local log=$sdk_dir/$key.log partial=$sdk_dir/$key.partial-$$ started=$SECONDS
  : >"$log"
  rm -rf --one-file-system "$sdk_dir/$key".partial-*
  require_disk
  require_creator
  require_debootstrap
  say "making the Debian 13 toolchain root in $root (once; a few minutes, log: $log)"
  mkdir "$partial"
  creation_step "1/3 base system" debootstrap --variant=minbase --force-check-gpg \
    --include=ca-certificates trixie "$partial"
  creation_step "2/3 package lists" in_new_root "$partial" update
  creation_step "3/3 ${#packages[@]} packages" in_new_root "$partial" install "${packages[@]}"
  printf '%s\n' "$key" >"$partial/etc/krait-sdk"
  mv -T "$partial" "$root"
  say "root made in $((SECONDS - started)) s"
}
