#!/usr/bin/env bash
# Every C++ file is as clang-format writes it. `./dev format` makes it so.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/style/sources.sh | xargs -r clang-format-14 --dry-run -Werror
