#!/bin/bash
# libyaml: all of the library.
. "$(dirname "$0")/../../cpython/libs/common.sh"

part() { sed -n "s/^m4_define(\[YAML_$1\], \([0-9]*\))$/\1/p" configure.ac; }
major=$(part MAJOR) minor=$(part MINOR) patch=$(part PATCH)
version=(
  "-DYAML_VERSION_MAJOR=$major" "-DYAML_VERSION_MINOR=$minor" "-DYAML_VERSION_PATCH=$patch"
  "-DYAML_VERSION_STRING=\"$major.$minor.$patch\""
)
sources=(src/*.c)
compile -Iinclude "${version[@]}" -- "${sources[@]}"
archive libyaml "${sources[@]}"
cp include/yaml.h "$OUT/include/"
