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
readonly told=$scratch/told errors=$scratch/errors out=$scratch/out
readonly table=$out/peers.md

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

"$peers" --quick --accounts 210 --dir "$scratch" --out "$out" \
  --repetitions 1 --seconds 0.001 >"$told" 2>"$errors" || fail 'it failed'
grep -q '^### 210 accounts' "$table" || fail 'the table lacks its size'
grep -q '^| what | grantledger | sqlite | postgresql | lmdb | rocksdb | bare RocksDB |' "$table" ||
  fail 'the table lacks a store'
# Five stores and their comparison have numbers in every row that so small an organization has.
readonly number='-?[0-9.]+( (ns|µs|ms|s))?' # what is resident can be less than before
rows=$(grep -cE "^\| [^|]+( \| $number){5} \| ($number|-) \| ($number|-) \| $number % \|$" "$table") ||
  fail 'no row has numbers'
((rows == 33)) || fail "$rows of 33 rows have numbers"
for part in 'Latencies: ' Goals Settings; do
  grep -q "^### $part" "$table" || fail "the tables lack: $part"
done
grep -q '^| every read | .* | ≥ 1.5 | ' "$table" || fail 'no goal is compared'
grep -q '^- PostgreSQL 15' "$table" || fail 'the settings are missing'
grep -q '"run_name": "Check/accounts:210/store:bare' "$out/peers.json" || fail 'the JSON is missing'
[[ -z $(ls -A "$scratch" | grep -v -e told -e errors -e out) ]] || fail 'its directory is left'

refuses "'mysql', expected grantledger, sqlite" --stores mysql
refuses 'unknown' --no-such-flag
