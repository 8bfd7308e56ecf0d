#!/bin/bash
# libyaml: all of the library.
. "$(dirname "$0")/../../cpython/libs/common.sh"

version=$(sed -n 's/^m4_define(\[YAML_\(MAJOR\|MINOR\|PATCH\)\], \([0-9]*\))$/-DYAML_VERSION_\1=\2/p' configure.ac)
text=$(sed 's/.*=//' <<< "$version" | paste -sd.)
sources=(src/*.c)
# shellcheck disable=SC2086 # a word each
compile -Iinclude $version "-DYAML_VERSION_STRING=\"$text\"" -- "${sources[@]}"
archive libyaml "${sources[@]}"
cp include/yaml.h "$OUT/include/"
