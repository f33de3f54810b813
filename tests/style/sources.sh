#!/usr/bin/env bash
# Prints the path of every C++ file of the project, from its root, sorted.
set -euo pipefail
cd "$(dirname "$0")/../.."
find . \( -path './.*' -o -path ./build \) -prune -o \
  -type f \( -name '*.h' -o -name '*.cc' \) -print | sed 's|^\./||' | LC_ALL=C sort
