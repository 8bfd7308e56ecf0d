#!/bin/bash
# Finishes a fresh debootstrap root from inside; its text is handed to bash by create.sh.
# usage: in-new-root.sh sources | packages NAME…
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# The mirror is the one debootstrap chose; Debian keeps its security suite beside it.
write_sources() {
  local mirror
  mirror=$(awk '$1 == "deb" { print $2; exit }' /etc/apt/sources.list)
  local kind
  for kind in deb deb-src; do
    printf '%s %s trixie main\n%s %s trixie-updates main\n%s %s-security trixie-security main\n' \
      "$kind" "$mirror" "$kind" "$mirror" "$kind" "${mirror%/}"
  done >/etc/apt/sources.list.new
  mv /etc/apt/sources.list.new /etc/apt/sources.list
}

# Nobody reads manuals here, and a root that loses power while it is made is thrown away.
write_settings() {
  printf '%s\n' 'APT::Install-Recommends "false";' 'APT::Sandbox::User "root";' \
    'Acquire::Retries "3";' >/etc/apt/apt.conf.d/99krait
  printf '%s\n' 'force-unsafe-io' 'path-exclude=/usr/share/man/*' 'path-exclude=/usr/share/info/*' \
    'path-exclude=/usr/share/locale/*' >/etc/dpkg/dpkg.cfg.d/krait
}

case $1 in
  sources)
    write_settings
    write_sources
    apt-get update -q
    ;;
  packages)
    apt-get upgrade -y -q
    apt-get install -y -q "${@:2}"
    apt-get clean
    ;;
esac
