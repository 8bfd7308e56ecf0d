#!/bin/bash
# libjpeg-turbo with its portable code, in the version 6.2 of the interface; CMake would fill in these two headers.
. "$(dirname "$0")/../../cpython/libs/common.sh"

version=$(sed -n 's/^set(VERSION \(.*\))$/\1/p' CMakeLists.txt)
sed -e 's/@JPEG_LIB_VERSION@/62/' -e "s/@VERSION@/$version/" -e 's/@LIBJPEG_TURBO_VERSION_NUMBER@/2001005/' \
  -e 's/@BITS_IN_JSAMPLE@/8/' -e 's/^#cmakedefine \([CD]_ARITH\|MEM_SRC\)\(.*\)$/#define \1\2/' \
  -e '/^#cmakedefine/d' jconfig.h.in > jconfig.h
sed -e 's/@BUILD@/krait/' -e 's/@INLINE@/inline/' -e 's/@THREAD_LOCAL@//' -e 's/@CMAKE_PROJECT_NAME@/libjpeg-turbo/' \
  -e "s/@VERSION@/$version/" -e 's/@SIZE_T@/4/' -e '/^#cmakedefine/d' jconfigint.h.in > jconfigint.h
sed 's/@COPYRIGHT_YEAR@/1991-2023/' jversion.h.in > jversion.h

mapfile -t sources < <(sed -n '/^set(JPEG_SOURCES/,/)/p' CMakeLists.txt | grep -o 'j[a-z0-9]*\.c')
sources+=(jaricom.c jcarith.c jdarith.c jsimd_none.c)
compile -- "${sources[@]}"
archive libjpeg "${sources[@]}"
cp jpeglib.h jconfig.h jmorecfg.h jerror.h "$OUT/include/"
