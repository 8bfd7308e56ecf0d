# shellcheck shell=bash disable=SC2154 # sourced by tools/sdk, which sets what is read here
# What `path`, `status` and `clean` do. Sourced by tools/sdk after the other parts.

print_path() {
  if [[ -f $MARKER ]] || host_is_enough; then
    echo /
  else
    root_is_made || fail "the toolchain is not made yet" "Run: tools/sdk ensure"
    printf '%s\n' "$root"
  fi
}

print_status() {
  printf 'version:  recipe %s, %s, %d packages\n' "$RECIPE" "$key" "${#packages[@]}"
  if [[ -f $MARKER ]]; then
    printf 'used:     this root (already inside, made as %s)\n' "$(<"$MARKER")"
  elif host_is_enough; then
    printf 'used:     this host (Debian 13 with every package)\n'
  else
    print_root_status
  fi
}

print_root_status() {
  local missing
  if root_is_made; then
    printf 'used:     %s (%s)\n' "$root" "$(du -shx "$root" 2>/dev/null | cut -f 1)"
  elif is_making; then
    printf 'used:     %s, being made now; log: %s\n' "$root" "$log"
  else
    printf 'used:     %s, not made yet: tools/sdk ensure\n' "$root"
  fi
  is_debian_13 || return 0
  mapfile -t missing < <(missing_on_host)
  printf 'host:     is a Debian 13 that lacks: %s\n' "${missing[*]}"
}

is_making() { [[ -e $sdk_dir/$key.lock ]] && ! flock --nonblock "$sdk_dir/$key.lock" true; }

# Is a process of this user inside that root?
in_use() {
  local process
  for process in /proc/[0-9]*; do
    [[ $process/root/ -ef $1 ]] && return
  done 2>/dev/null
  return 1
}

clean() {
  local folder
  [[ -z ${1-} || $1 == --all ]] || fail "clean does not know '$1'" "tools/sdk --help says more."
  for folder in "$sdk_dir"/trixie-*/; do
    folder=${folder%/}
    [[ -d $folder && ( $folder != "$root" || ${1-} == --all ) ]] || continue
    remove_root "$folder"
  done
  # Tables of mounts whose command was killed before it could remove them.
  find "$sdk_dir" -maxdepth 1 -name '*.mounts-*' -mmin +5 -delete
}

# Takes the root's lock, so that one being made stays; renames first, so that none is ever half there.
remove_root() {
  local folder=$1 name lock
  name=${folder##*/}
  exec {lock}>"$sdk_dir/${name%%.*}.lock"
  if ! flock --nonblock "$lock" || in_use "$folder"; then
    say "$folder is in use, kept"
  else
    [[ $folder == *.partial-* ]] || mv -T "$folder" "$folder.partial-clean"
    rm -rf --one-file-system "${folder%.partial-*}".partial-* "${folder%.partial-*}.log"
    say "removed $folder"
  fi
  exec {lock}>&-
}
