#!/bin/bash
# zlib: all of the library. Its configure would only find what is spelled out here.
. "$(dirname "$0")/common.sh"

sources=(*.c)
compile -DHAVE_UNISTD_H -DHAVE_STDARG_H -DHAVE_HIDDEN -- "${sources[@]}"
archive libz "${sources[@]}"
cp zlib.h zconf.h "$OUT/include/"
