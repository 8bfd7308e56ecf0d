#!/bin/bash
# Qhull, the reentrant library.
. "$(dirname "$0")/../../cpython/libs/common.sh"

sources=(src/libqhull_r/*.c)
compile -- "${sources[@]}"
archive libqhull_r "${sources[@]}"
mkdir "$OUT/include/libqhull_r"
cp src/libqhull_r/*.h "$OUT/include/libqhull_r/"
