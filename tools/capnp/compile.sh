#!/bin/bash
# Compiles the half of Cap'n Proto that reads and writes messages. Runs in the src/ folder of its sources, with
#   CXXFLAGS  the flags of every object
#   OUT       the folder that receives include/ and lib/
#   JOBS      how many compilers may run at once
set -euo pipefail
mkdir -p "$OUT/include/kj" "$OUT/include/capnp" "$OUT/lib"

kj=(array common debug exception hash io list memory mutex source-location string table units encoding arena)
capnp=(any arena blob layout list message serialize)

# shellcheck disable=SC2016 # the inner shell expands these
printf '%s\0' "${kj[@]/#/kj/}" "${capnp[@]/#/capnp/}" | xargs -0 -P "$JOBS" -I{} \
  sh -c 'em++ $CXXFLAGS -I. -c "$1.c++" -o "$1.o"' compile {}

objects=("${kj[@]/%/.o}")
emar crsD "$OUT/lib/libkj.a" "${objects[@]/#/kj/}"
objects=("${capnp[@]/%/.o}")
emar crsD "$OUT/lib/libcapnp.a" "${objects[@]/#/capnp/}"
cp kj/*.h "$OUT/include/kj/"
cp capnp/*.h "$OUT/include/capnp/"
