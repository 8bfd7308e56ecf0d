#!/bin/bash
# libffi with its wasm32 backend. Debian ships no configure; the four values it would put into the
# header are known for this target.
. "$(dirname "$0")/common.sh"

version=$(sed -n 's/^AC_INIT(\[libffi\], *\[\([^]]*\)\].*/\1/p' configure.ac)
sed -e "s/@VERSION@/$version/" -e 's/@TARGET@/WASM32/' -e 's/@HAVE_LONG_DOUBLE@/1/' \
  -e 's/@FFI_EXEC_TRAMPOLINE_TABLE@/0/' include/ffi.h.in > include/ffi.h
cp src/wasm32/ffitarget.h include/
cat > include/fficonfig.h << 'end'
#define FFI_HIDDEN __attribute__((visibility("hidden")))
#define HAVE_LONG_DOUBLE 1
#define STDC_HEADERS 1
end

sources=(src/prep_cif.c src/types.c src/tramp.c src/wasm32/ffi.c)
compile -Iinclude -Isrc -DWASM_BIGINT -DHAVE_CONFIG_H -- "${sources[@]}"
archive libffi "${sources[@]}"
cp include/ffi.h include/ffitarget.h "$OUT/include/"
