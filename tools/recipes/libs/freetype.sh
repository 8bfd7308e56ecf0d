#!/bin/bash
# FreeType without its optional libraries: gzipped fonts are read by a zlib of its own, SVG glyphs are not drawn.
. "$(dirname "$0")/../../cpython/libs/common.sh"

# One file a module stands for all of it; those of src/base that ftbase.c does not name come apart.
sources=(
  src/base/ft{base,bbox,bdf,bitmap,cid,debug,fstype,gasp,glyph,gxval,init,mm,otval,patent,pfr,stroke,synth,system,type1,winfnt}.c
  src/autofit/autofit.c src/bdf/bdf.c src/cache/ftcache.c src/cff/cff.c src/cid/type1cid.c src/gzip/ftgzip.c
  src/lzw/ftlzw.c src/pcf/pcf.c src/pfr/pfr.c src/psaux/psaux.c src/pshinter/pshinter.c src/psnames/psnames.c
  src/raster/raster.c src/sdf/sdf.c src/sfnt/sfnt.c src/smooth/smooth.c src/svg/svg.c src/truetype/truetype.c
  src/type1/type1.c src/type42/type42.c src/winfonts/winfnt.c
)
compile -Iinclude -DFT2_BUILD_LIBRARY -- "${sources[@]}"
archive libfreetype "${sources[@]}"
# Where `#include <ft2build.h>` finds the rest.
cp -r include/ft2build.h include/freetype "$OUT/include/"
