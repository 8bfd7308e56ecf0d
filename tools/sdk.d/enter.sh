#!/bin/bash
# Turns this process into a command inside a root: no process stays between, so that signals, exit
# code and terminal are the command's own. Runs in a fresh mount namespace (unshare --mount).
# usage: enter.sh ROOT ACCESS FOLDER OWNER {FROM TO}… -- COMMAND…
#   ACCESS   "writable", or "shared": read-only except for apt's lists and downloads, and scratch space
#   FOLDER   the command's working folder, as seen inside
#   OWNER    "root", or UID:GID to become again after a user namespace made us root
#   FROM TO  a host file or folder, and where it is seen inside; there has to be something there
set -euo pipefail

root=$1 access=$2 folder=$3 owner=$4
shift 4
PATH=$PATH:/usr/sbin:/sbin

# entry FROM TO OPTIONS: adds a line to the table of mounts, in which white space is spelled octal.
entry() {
  local field fields=()
  for field in "$1" "$2"; do
    field=${field//\\/\\134}
    field=${field// /\\040}
    field=${field//$'\t'/\\011}
    fields+=("${field//$'\n'/\\012}")
  done
  table+="${fields[*]} none $3"$'\n'
}

# One mount command for a whole table, as starting one for each costs more than the mounts do. It
# reads regular files only.
mount_table() {
  local file=$root.mounts-$$-$RANDOM
  printf '%s' "$table" >"$file"
  exec {input}<"$file"
  rm "$file"
  mount --all --fstab "/proc/self/fd/$input"
  exec {input}<&-
  table=
}

# pivot_root wants a mount point. Unlike chroot it lets the command make namespaces of its own, as
# browsers do. Unbindable: the cache folder, shown below, shall not carry the root's mounts again.
table=
if [[ $access == shared ]]; then
  for kept in /var/lib/apt /var/cache/apt /var/tmp; do entry "$root$kept" "$root$kept" bind; done
fi
entry "$root" "$root" rbind,unbindable
mount_table
[[ $access == writable ]] || mount -o remount,bind,ro "$root"

for mounted in /proc /sys /dev; do entry "$mounted" "$root$mounted" rbind; done
while [[ $1 != -- ]]; do
  entry "$1" "$root$2" rbind
  shift 2
done
shift
mount_table

cd "$root"
pivot_root . .host
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
hash -r
umount --lazy /.host
if ! cd "$folder" 2>/dev/null; then
  printf 'sdk: error: the folder %s is not visible inside the root\n' "$folder" >&2
  exit 1
fi
unset OLDPWD
if ! command -v -- "$1" >/dev/null; then
  printf 'sdk: error: there is no command %s inside the root\n' "$1" >&2
  exit 127
fi
if [[ $owner == root ]]; then exec -- "$@"; fi
exec unshare --user --map-user="${owner%:*}" --map-group="${owner#*:}" -- "$@"
