#!/usr/bin/env bash
# clang-tidy finds nothing in the sources of the library and the tools.
#
# It reads the commands of a build of its own, without precompiled headers, which are gcc's. A source
# that passed is not read again until it, a header, its command or the rules change.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly build=build/tidy

cmake --preset tidy >/dev/null
cmake --build "$build" --target grantledger_schema >/dev/null

passed=$build/passed
mkdir -p "$passed"
common=$({
  clang-tidy-14 --version
  cat .clang-tidy "$build/compile_commands.json"
  find include codec ledger query tools "$build/generated" -name '*.h' -print0 | sort -z | xargs -0 cat
} | sha256sum)

check() {
  local source=$1 stamp output
  stamp=$passed/$(sha256sum <<<"$common $source $(sha256sum <"$source")" | cut -d' ' -f1)
  [[ -e $stamp ]] && return
  if ! output=$(clang-tidy-14 --quiet -p "$build" "$source" 2>&1); then
    printf '%s\n' "$output"
    return 1
  fi
  touch "$stamp"
}
export -f check
export build passed common

sed -n "s|^ *\"file\": \"$PWD/\(.*\)\".*|\1|p" "$build/compile_commands.json" | sort -u |
  xargs -P2 -I{} bash -c 'check "$1"' check {}
