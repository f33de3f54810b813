#!/usr/bin/env bash
# No C++ file has more than 400 lines.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly max_lines=400
long=$(tests/style/sources.sh | xargs -r awk -v max="$max_lines" '
  FNR == max + 1 { print "  " FILENAME }')
if [[ -n $long ]]; then
  printf 'More than %d lines:\n%s\n' "$max_lines" "$long" >&2
  exit 1
fi
