#!/usr/bin/env bash
# Installs a build to a scratch prefix, builds the program of this folder against it and runs it.
# Arguments: cmake, the build's directory, the compiler.
set -euo pipefail
readonly cmake=$1 build=$2 compiler=$3
here=$(cd "$(dirname "$0")" && pwd)
readonly here scratch=$build/package-test prefix=$build/package-test/prefix

rm -rf "$scratch"
"$cmake" --install "$build" --prefix "$prefix" >/dev/null

for header in "$here"/../../include/grantledger/*.h; do
  if [[ ! -e $prefix/include/grantledger/${header##*/} ]]; then
    echo "${header##*/} is not installed: add it to the file set in CMakeLists.txt" >&2
    exit 1
  fi
done

"$cmake" -S "$here" -B "$scratch/build" -G Ninja \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$prefix"
"$cmake" --build "$scratch/build"
"$scratch/build/consumer" "$scratch/ledger"
