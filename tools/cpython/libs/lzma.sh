#!/bin/bash
# liblzma without threads. The answers its configure would need minutes of probing for are spelled
# out in a config.h: a POSIX host with every coder, check and match finder that lzma offers.
. "$(dirname "$0")/common.sh"

features=(
  ENCODERS DECODERS LZIP_DECODER CHECK_CRC32 CHECK_CRC64 CHECK_SHA256
  MF_HC3 MF_HC4 MF_BT2 MF_BT3 MF_BT4
  {EN,DE}CODER_{LZMA1,LZMA2,X86,ARM,ARMTHUMB,ARM64,POWERPC,IA64,SPARC,RISCV,DELTA}
  STDBOOL_H STDINT_H INTTYPES_H STRINGS_H UNISTD_H VISIBILITY __BUILTIN_BSWAPXX
  __BUILTIN_ASSUME_ALIGNED
)
{
  printf '#define HAVE_%s 1\n' "${features[@]}"
  echo '#define ASSUME_RAM 128'
  echo '#define NDEBUG 1'
  echo '#define SIZEOF_SIZE_T 4'
  echo '#define TUKLIB_SYMBOL_PREFIX lzma_'
  echo '#define TUKLIB_PHYSMEM_SYSCONF 1'
  echo '#define TUKLIB_FAST_UNALIGNED_ACCESS 1'
} > config.h

shopt -s extglob
cd src/liblzma
sources=(
  check/{check,crc32_fast,crc64_fast,sha256}.c
  common/!(*_mt|outqueue|hardware_cputhreads).c
  {delta,lz,simple}/*.c
  {lzma,rangecoder}/!(*_tablegen).c
)
includes=(-I../.. -I../common -Iapi -I{common,check,lz,rangecoder,lzma,delta,simple})
cp ../common/tuklib_physmem.c common/
compile -DHAVE_CONFIG_H "${includes[@]}" -- "${sources[@]}" common/tuklib_physmem.c
archive liblzma "${sources[@]}" common/tuklib_physmem.c
cp -r api/lzma.h api/lzma "$OUT/include/"
