#!/usr/bin/env bash
# ./dev bench peers, small. Argument: grantledger-peers.
#
# Every workload is done by every store, and the table has all; refusals are said in one line.
set -euo pipefail
readonly peers=$1

scratch=$(mktemp -d)
readonly scratch
trap 'rm -rf "$scratch"' EXIT
chmod 711 "$scratch"  # where root runs this, PostgreSQL is another user
readonly told=$scratch/told errors=$scratch/errors table=$scratch/table

fail() {
  printf '%s\n' "$1" >&2
  cat "$told" "$errors" >&2
  exit 1
}

# refuses REGEX ARGUMENT...: it fails, and its last line says why.
refuses() {
  local why=$1
  shift
  if "$peers" "$@" >"$told" 2>"$errors"; then fail "it took: $*"; fi
  tail -n 1 "$errors" | grep -qE "$why" || fail "refused without: $why"
}

"$peers" --quick --accounts 200 --dir "$scratch" --markdown "$table" \
  --repetitions 1 --seconds 0.001 >"$told" 2>"$errors" || fail 'it failed'
grep -q '^### 200 accounts' "$table" || fail 'the table lacks its size'
grep -q '^| what | grantledger | sqlite | postgresql | lmdb | rocksdb |' "$table" ||
  fail 'the table lacks a store'
rows=$(grep -cE '^\| [a-z0-9].* (µs|ms|s|ns|[0-9.]+) \| [0-9.]+ \|$' "$table") || fail 'no row has numbers'
((rows == 20)) || fail "$rows of 20 rows have numbers"
grep -q ' - ' "$table" && fail 'something was not measured'
[[ -z $(ls -A "$scratch" | grep -v -e told -e errors -e table) ]] || fail 'its directory is left'

refuses "'mysql', expected grantledger, sqlite" --stores mysql
refuses 'unknown' --no-such-flag
