#!/bin/bash
# Turns this process into a command inside a root: no process stays between, so that signals, exit
# code and terminal are the command's own. Runs in a fresh mount namespace (unshare --mount).
# usage: enter.sh ROOT FOLDER OWNER {FROM TO}… -- COMMAND…
#   FOLDER   the command's working folder, as seen inside
#   OWNER    "root", or UID:GID to become again after a user namespace made us root
#   FROM TO  a host file or folder, and where it is seen inside
set -euo pipefail

root=$1 folder=$2 owner=$3
shift 3
PATH=$PATH:/usr/sbin:/sbin

show() {
  local from=$1 to=$root$2
  if [[ ! -e $to ]]; then
    if [[ -d $from ]]; then mkdir -p "$to"; else mkdir -p "${to%/*}" && : >"$to"; fi
  fi
  mount --rbind "$from" "$to"
}

# pivot_root wants a mount point. Unlike chroot it lets the command make namespaces of its own, as
# browsers do. Unbindable: the cache folder, shown below, shall not carry the root's mounts again.
mount --bind --make-unbindable "$root" "$root"
for mounted in /proc /sys /dev; do show "$mounted" "$mounted"; done
while [[ $1 != -- ]]; do
  show "$1" "$2"
  shift 2
done
shift

cd "$root"
mkdir -p .host
pivot_root . .host
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
hash -r
umount --lazy /.host
if ! cd "$folder" 2>/dev/null; then
  printf 'sdk: error: the folder %s is not visible inside the root\n' "$folder" >&2
  exit 1
fi
if ! command -v -- "$1" >/dev/null; then
  printf 'sdk: error: there is no command %s inside the root\n' "$1" >&2
  exit 127
fi
if [[ $owner == root ]]; then exec -- "$@"; fi
exec unshare --user --map-user="${owner%:*}" --map-group="${owner#*:}" -- "$@"
