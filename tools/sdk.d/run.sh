# shellcheck shell=bash disable=SC2154 # sourced by tools/sdk, which sets what is read here
# Runs a command inside the root: what it sees of the host, and which variables it gets.
# Sourced by tools/sdk after host.sh; reads root, checkout, cache, here.

# Variables that name a file of certificate authorities.
readonly CA_VARIABLES=(SSL_CERT_FILE NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_CERT
  GIT_SSL_CAINFO AWS_CA_BUNDLE NIX_SSL_CERT_FILE)

# Where distributions keep the bundle that their programs trust; the first is Debian's, so the root's.
readonly CA_BUNDLES=(/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt
  /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem)

# Removes variables that speak of the host's programs: they would break the root's, or change what
# a build produces. A command that needs one gets it by `tools/sdk exec env NAME=value …`.
clean_environment() {
  local name
  for name in $(compgen -e); do
    case $name in
      LD_* | LC_* | LANGUAGE | BASH_ENV | ENV | SSL_CERT_DIR) unset "$name" ;;
      PYTHON* | PYENV* | VIRTUAL_ENV* | CONDA* | PIP_FIND_LINKS | PERL5*) unset "$name" ;;
      NODE_PATH | NODE_OPTIONS | NVM_* | EM_* | EMSDK* | EMCC* | EMMAKEN*) unset "$name" ;;
      CC | CXX | CPP | LD | AR | AS | NM | RANLIB | STRIP) unset "$name" ;;
      CFLAGS | CXXFLAGS | CPPFLAGS | LDFLAGS | PKG_CONFIG* | CMAKE_*) unset "$name" ;;
    esac
  done
  while read -r _ _ name; do unset -f "$name"; done < <(declare -Fx)
  export LANG=C.UTF-8
}

# bind PATH…: adds each existing path to `binds`, unless a folder bound before holds it.
bind() {
  local path i
  for path in "$@"; do
    [[ $path == /?* && -e $path ]] || continue
    for ((i = 1; i < ${#binds[@]}; i += 2)); do
      [[ $path == "${binds[i]}" || $path == "${binds[i]}"/* ]] && continue 2
    done
    binds+=("$path" "$path")
  done
}

# The host's name resolution.
bind_names() {
  [[ -e /etc/resolv.conf ]] && binds+=("$(readlink -f /etc/resolv.conf)" /etc/resolv.conf)
  bind /etc/hosts
}

# The host's trusted authorities: a proxy on the way to the network may have one of its own.
bind_authorities() {
  local bundle name
  for bundle in "${CA_BUNDLES[@]}"; do
    [[ -r $bundle ]] || continue
    binds+=("$bundle" "${CA_BUNDLES[0]}")
    break
  done
  for name in "${CA_VARIABLES[@]}"; do
    if [[ -r ${!name-} ]]; then bind "${!name}"; else unset "$name"; fi
  done
}

# The folders that a command may work in. A system folder is the root's own, not the host's.
bind_folders() {
  local extra
  IFS=: read -ra extra <<<"${KRAIT_SDK_BIND-}"
  bind /tmp "${HOME-}" "$checkout" "$cache" "${TMPDIR-}" "${extra[@]}"
  [[ -f $checkout/.git ]] && bind "$(git -C "$checkout" rev-parse --git-common-dir 2>/dev/null)"
  case $PWD/ in
    /usr/* | /etc/* | /bin/* | /sbin/* | /lib*/* | /dev/* | /proc/* | /sys/* | /run/* | /boot/*) ;;
    /var/ | /opt/ | /mnt/ | /srv/ | /media/ | /home/) ;;
    *) bind "$PWD" ;;
  esac
}

# Makes the places where the root will show the host's files and folders.
make_mount_points() {
  local i to
  for ((i = 0; i < ${#binds[@]}; i += 2)); do
    to=$root${binds[i + 1]}
    [[ -e $to ]] || make_like "${binds[i]}" "$to" ||
      fail "$to cannot be made, where ${binds[i]} is to be seen" \
        "If the root belongs to another user, set XDG_CACHE_HOME to a folder of your own."
  done
}

make_like() {
  if [[ -d $1 ]]; then mkdir -p "$2"; else mkdir -p "${2%/*}" && : >"$2"; fi
}

# Replaces this process by the command, in the current folder, inside the root.
run_in_root() {
  local binds=() owner=root namespace=(unshare --mount)
  bind_folders
  bind_names
  bind_authorities
  make_mount_points
  clean_environment
  if ((EUID)); then
    owner=$EUID:${GROUPS[0]}
    namespace=(unshare --user --map-root-user --mount)
  fi
  if "${namespace[@]}" true 2>/dev/null; then
    exec "${namespace[@]}" \
      "$BASH" "$here/sdk.d/enter.sh" "$root" shared "$PWD" "$owner" "${binds[@]}" -- "$@"
  fi
  bwrap --dev-bind / / true || fail "this system lets neither us nor bwrap (package bubblewrap) make a" \
    "mount namespace. In a container: start it with the right to (docker run --privileged), or use a" \
    "Debian 13 image and install what 'tools/sdk packages' prints."
  run_with_bwrap "$@"
}

# Where plain namespaces are refused, an installed bwrap may still have the right to make them. It
# stays as the command's parent, so a signal sent to it alone kills the command.
run_with_bwrap() {
  local i kept bwrap arguments=(--ro-bind "$root" / --dev-bind /dev /dev --proc /proc)
  arguments+=(--ro-bind /sys /sys)
  for kept in /var/lib/apt /var/cache/apt /var/tmp; do
    arguments+=(--bind "$root$kept" "$kept")
  done
  for ((i = 0; i < ${#binds[@]}; i += 2)); do
    arguments+=(--bind "${binds[i]}" "${binds[i + 1]}")
  done
  bwrap=$(command -v bwrap)
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  exec "$bwrap" "${arguments[@]}" --die-with-parent --chdir "$PWD" -- "$@"
}
