#!/bin/bash
# LAPACK and BLAS as one shared library, from the reference sources in Fortran; the products of matrices are
# our own (../blas), and what is not Fortran 77 too (../lapack).
. "$(dirname "$0")/../../cpython/libs/common.sh"
here=$(cd "$(dirname "$0")/.." && pwd)

# Not there: what needs extended precision or Fortran 90 (the last line but one: newer drivers and what only they call).
left_out='/(xerbla|xerbla_array|lsame|chla_transtype)\.f$|lamch|isnan|/second|/dsecnd'
left_out+='|/[sdcz]ge(mm|mv)\.f$'
left_out+='|rfsx|svxx|/[sdcz]la_|_rpvgrw|bdsvdx|gesvdx|gedmd|laqz|gges3|ggev3|trsyl3|getsqrhrt'
mapfile -t fortran < <(printf '%s\n' BLAS/SRC/*.f SRC/*.f SRC/*.F | grep -v -E "$left_out")
"$here/lapack/fortran_to_c.py" converted "${fortran[@]}"
cp "$here"/lapack/*.[ch] converted/

# Many sources an emcc, which starts more slowly than it compiles one.
CFLAGS="$CFLAGS -O2 -msimd128 -w -ffile-prefix-map=$PWD=."
cd converted
# shellcheck disable=SC2016 # the inner shell expands these
printf '%s\0' *.c | CFLAGS="$CFLAGS" xargs -0 -P "$JOBS" -n 100 sh -c 'emcc $CFLAGS -c "$@"' compile
read -ra flags <<<"$CFLAGS"
em++ "${flags[@]}" -std=c++20 -O3 -c "$here"/lapack/*.cc "$here"/blas/*.cc

printf '%s\n' *.o >objects
emcc -sSIDE_MODULE=1 -sWASM_BIGINT -fwasm-exceptions -sSUPPORT_LONGJMP=wasm -O2 -Wl,--strip-all @objects \
  -o "$OUT/lib/libkrait-lapack.so"
