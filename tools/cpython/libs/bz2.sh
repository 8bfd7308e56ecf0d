#!/bin/bash
# bzip2: the seven files of its library, without the programs beside them.
. "$(dirname "$0")/common.sh"

sources=(blocksort.c huffman.c crctable.c randtable.c compress.c decompress.c bzlib.c)
compile -D_FILE_OFFSET_BITS=64 -- "${sources[@]}"
archive libbz2 "${sources[@]}"
cp bzlib.h "$OUT/include/"
