#!/usr/bin/env bash
# clang-tidy finds nothing in the sources of the library and the tools.
#
# It reads the commands of a build of its own, without precompiled headers, which are gcc's; that
# build joins many sources to a unit: most of the time goes into the large headers of each.
# A unit that passed is not read again until one of its sources, a header, its command or the rules
# change.
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
  find include codec ledger query inspect tools "$build/generated" -name '*.h' -print0 | sort -z | xargs -0 cat
} | sha256sum)

# For one of them clang-tidy takes half of its time in the templates that the tools use.
checks_of() {
  case $1 in
    */tools/*) printf '%s' '-performance-unnecessary-value-param' ;;
  esac
}

check() {
  local unit=$1 stamp output
  stamp=$passed/$({
    printf '%s\n' "$common" "$(checks_of "$unit")"
    cat "$unit"
    sed -n 's|^#include "\(.*\.cc\)"$|\1|p' "$unit" | xargs cat
  } | sha256sum | cut -d' ' -f1)
  [[ -e $stamp ]] && return
  if ! output=$(clang-tidy-14 --quiet -p "$build" --checks="$(checks_of "$unit")" "$unit" 2>&1); then
    printf '%s\n' "$output"
    return 1
  fi
  touch "$stamp"
}
export -f check checks_of
export build passed common

sed -n 's|^ *"file": "\(.*\)".*|\1|p' "$build/compile_commands.json" | sort -u |
  xargs -P2 -I{} bash -c 'check "$1"' check {}
