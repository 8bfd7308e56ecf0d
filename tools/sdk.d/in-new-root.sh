#!/bin/bash
# Finishes a fresh debootstrap root from inside; its text is handed to bash by create.sh.
# usage: in-new-root.sh sources | packages NAME…
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
readonly SECURITY_SOURCES=/etc/apt/sources.list.d/security-sources.list

# The mirror is the one debootstrap chose; Debian keeps its security suite beside it.
write_sources() {
  local mirror
  mirror=$(awk '$1 == "deb" { print $2; exit }' /etc/apt/sources.list)
  printf '%s trixie main\n' "deb $mirror" "deb-src $mirror" >/etc/apt/sources.list
  printf '%s trixie-updates main\n' "deb $mirror" "deb-src $mirror" >>/etc/apt/sources.list
  printf '%s-security trixie-security main\n' "deb ${mirror%/}" >>/etc/apt/sources.list
  printf '%s-security trixie-security main\n' "deb-src ${mirror%/}" >"$SECURITY_SOURCES"
}

# Some mirrors list the security suite's sources but do not carry them; the lists would then hide the
# sources of the main suite, which are there.
drop_sources_not_carried() {
  local probe
  probe=$(awk '$1 == "Package:" { name = $2 } $1 == "Version:" { print name "=" $2; exit }' \
    /var/lib/apt/lists/*trixie-security_main_source_Sources)
  [[ -n $probe ]] || return 0
  if ! (cd /tmp && apt-get source -q --download-only --dsc-only "$probe"); then
    echo "The mirror lacks the security suite's sources: what is built here from Debian's sources has"
    echo "its patches with the next point release. The installed packages have them now."
    rm "$SECURITY_SOURCES"
    apt-get update -q
  fi
  rm -f /tmp/*.dsc
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
    drop_sources_not_carried
    ;;
  packages)
    apt-get upgrade -y -q
    apt-get install -y -q "${@:2}"
    apt-get clean
    ;;
esac
