# shellcheck shell=bash disable=SC2154 # sourced by tools/sdk, which sets what is read here
# What the host offers: is it a Debian 13 with every package, can it make a root, can it run one.
# Sourced by tools/sdk after messages.sh; reads packages (array), sdk_dir.

is_debian_13() {
  local ID='' VERSION_ID=''
  [[ -r /etc/os-release ]] && . /etc/os-release
  [[ $ID == debian && $VERSION_ID == 13 ]]
}

# Prints the packages of our list that this Debian host lacks.
missing_on_host() {
  local installed name
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null) || true
  for name in "${packages[@]}"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$name installed"$'\n'* ]] || printf '%s\n' "$name"
  done
}

host_is_enough() { is_debian_13 && [[ -z $(missing_on_host) ]]; }

require_linux() {
  [[ $(uname -s) == Linux ]] || fail "the toolchain runs on Linux; this is $(uname -s)" \
    "Use a Linux machine, virtual machine or container."
}

# Free space, in MB, that a new root needs: packages, their archives while they are unpacked, margin.
readonly NEEDED_MB=6000

require_disk() {
  local free
  free=$(df --output=avail --block-size=1M "$sdk_dir" | tail -n 1)
  ((free >= NEEDED_MB)) || fail "not enough disk space: $sdk_dir has $free MB free of $NEEDED_MB MB needed" \
    "Free some, or set XDG_CACHE_HOME to a folder on a larger disk."
}

# Debootstrap comes with the distribution. Where we may, we install it; elsewhere we say how.
require_debootstrap() {
  PATH=$PATH:/usr/sbin:/sbin
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  if command -v debootstrap >/dev/null && [[ -e $keyring ]]; then return; fi
  if ((EUID == 0)) && command -v apt-get >/dev/null; then
    step "install debootstrap on this host" "$log" install_debootstrap && return
    fail "debootstrap could not be installed; the log is $log" \
      "Is the network up? Try: apt-get update && apt-get install debootstrap debian-archive-keyring"
  fi
  fail "debootstrap (with Debian's archive keyring) is missing, which makes the Debian 13 root" \
    "Debian, Ubuntu:  sudo apt-get install debootstrap debian-archive-keyring" \
    "Fedora:          sudo dnf install debootstrap debian-keyring" \
    "Arch:            sudo pacman -S debootstrap debian-archive-keyring" \
    "Or use a Debian 13 host or container and install what 'tools/sdk packages' prints."
}

install_debootstrap() {
  local wanted=(debootstrap debian-archive-keyring)
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -q --no-install-recommends "${wanted[@]}" ||
    { apt-get update -q && apt-get install -y -q --no-install-recommends "${wanted[@]}"; }
}
