# shellcheck shell=bash disable=SC2154 # sourced by tools/sdk, which sets what is read here
# Runs the steps of the creation as root of namespaces of their own: as real root, or as an ordinary
# user through bwrap. Their processes and mounts end with them, whatever ends them.
# Sourced by tools/sdk; reads log, sdk_dir.

# System calls that a user namespace with one user must refuse, though installing packages makes
# them: changing owners, and becoming a system user. By machine: audit architecture, then numbers.
declare -rA OWNER_CALLS=(
  [x86_64]='0xc000003e 92 93 94 260 105 106 113 114 116 117 119'
  [aarch64]='0xc00000b7 54 55 143 144 145 146 147 149 159'
)

require_creator() {
  if ((EUID == 0)); then
    unshare --mount true 2>/dev/null && return
    fail "root may not mount in this container, which the toolchain root needs" \
      "Start the container with the right to (docker run --privileged), or use a Debian 13 host or" \
      "container and install what 'tools/sdk packages' prints."
  fi
  command -v bwrap >/dev/null || fail "not root, and bwrap is missing, which stands in for it" \
    "Debian, Ubuntu:  sudo apt-get install bubblewrap" \
    "Fedora:          sudo dnf install bubblewrap" \
    "Arch:            sudo pacman -S bubblewrap"
  [[ -n ${OWNER_CALLS[$HOSTTYPE]-} ]] || fail "on $HOSTTYPE only root can make the toolchain" \
    "Run 'tools/sdk ensure' as root; an ordinary user can on: ${!OWNER_CALLS[*]}."
  (run_as_creator true) 2>>"$log" || fail "this system does not let users make namespaces; see $log" \
    "Allow it (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces, or" \
    "kernel.apparmor_restrict_unprivileged_userns=0), or build as root, or use a Debian 13 host or" \
    "container and install what 'tools/sdk packages' prints."
}

# Replaces this (sub)shell by a command run as the creator, with a small environment that has the proxies.
run_as_creator() {
  local name variables=(PATH="$PATH:/usr/sbin:/sbin" HOME=/ TERM=dumb LC_ALL=C.UTF-8)
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [[ -n ${!name-} ]] && variables+=("$name=${!name}")
  done
  if ((EUID == 0)); then
    exec unshare --mount --pid --fork --kill-child --mount-proc env -i "${variables[@]}" "$@"
  else
    # debootstrap binds devices, instead of making them, where it believes to be in an lxc container.
    exec bwrap --dev-bind / / --proc /proc --unshare-user --unshare-pid --die-with-parent --uid 0 --gid 0 \
      --cap-add ALL --seccomp 3 env -i "${variables[@]}" container=lxc "$@" 3< <(owner_filter)
  fi
}

# Prints a seccomp program that answers the calls above with success and allows all others.
owner_filter() {
  local calls i
  read -ra calls <<<"${OWNER_CALLS[$HOSTTYPE]}"
  local count=$((${#calls[@]} - 1))
  filter_instruction 0x20 0 0 4                          # load the architecture
  filter_instruction 0x15 0 $((count + 1)) "${calls[0]}" # another one: to "allow"
  filter_instruction 0x20 0 0 0                          # load the call's number
  for ((i = 1; i <= count; i++)); do
    filter_instruction 0x15 $((count - i + 1)) 0 "${calls[i]}" # one of ours: to "success"
  done
  filter_instruction 0x06 0 0 0x7fff0000 # allow
  filter_instruction 0x06 0 0 0x00050000 # success: errno 0, call not made
}

# One struct sock_filter, little-endian: 16 bits code, 8 bits each jump, 32 bits operand.
filter_instruction() {
  local code=$1 if_true=$2 if_false=$3 operand=$4 bytes
  printf -v bytes '\\x%02x' $((code & 255)) $((code >> 8)) "$if_true" "$if_false" \
    $((operand & 255)) $((operand >> 8 & 255)) $((operand >> 16 & 255)) $((operand >> 24 & 255))
  printf '%b' "$bytes"
}
