# shellcheck shell=bash
# Sourced by the library scripts. They run inside a fresh copy of the unpacked source, with
#   CFLAGS  the flags every wasm object of the project shares
#   OUT     the folder that receives include/ and lib/
#   JOBS    how many compilers may run at once
set -euo pipefail
mkdir -p "$OUT/include" "$OUT/lib"

# compile FLAGS... -- SOURCES...: one object beside each source.
compile() {
  local flags=()
  while [ "$1" != -- ]; do
    flags+=("$1")
    shift
  done
  shift
  # shellcheck disable=SC2016 # the inner shell expands these
  printf '%s\0' "$@" | CFLAGS="$CFLAGS ${flags[*]}" xargs -0 -P "$JOBS" -I{} \
    sh -c 'emcc $CFLAGS -c "$1" -o "${1%.c}.o"' compile {}
}

# archive NAME SOURCES...: packs the objects of SOURCES into lib/NAME.a.
archive() {
  local name=$1
  shift
  emar crsD "$OUT/lib/$name.a" "${@/%.c/.o}"
}
