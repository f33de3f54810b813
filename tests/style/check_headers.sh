#!/usr/bin/env bash
# Every public header compiles by itself. Arguments: the compiler and its warning flags.
set -euo pipefail
cd "$(dirname "$0")/../.."
find include -name '*.h' -print0 |
  xargs -0 -P2 -I{} "$@" -std=c++20 -fsyntax-only -Iinclude -include {} -x c++ /dev/null
