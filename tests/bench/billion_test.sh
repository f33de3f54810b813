#!/usr/bin/env bash
# ./dev bench billion, small. Argument: grantledger-billion.
#
# It counts every member grant of its shape as ACTIVE; an earlier ledger is measured again, and
# found out where it is not what was asked for; and refusals are said in one line.
set -euo pipefail
readonly billion=$1

scratch=$(mktemp -d)
readonly scratch
trap 'rm -rf "$scratch"' EXIT
readonly ledger="$scratch/a ledger" told=$scratch/told errors=$scratch/errors

fail() {
  printf '%s\n' "$1" >&2
  cat "$told" "$errors" >&2
  exit 1
}

# measure LICENSES DIRECTORY ARGUMENT...: three organizations of 20 accounts.
measure() {
  local licenses=$1 directory=$2
  shift 2
  "$billion" --organizations 3 --accounts 20 --licenses "$licenses" --directory "$directory" \
    --pages 30 --entitlements 30 "$@" >"$told" 2>"$errors"
}

# expect REGEX: the report has such a line.
expect() {
  grep -qE "$1" "$told" || fail "the report has no line like: $1"
}

# refuses REGEX ARGUMENT...: it fails, and its last line says why.
refuses() {
  local why=$1
  shift
  if measure "$@"; then fail "it took: $*"; fi
  tail -n 1 "$errors" | grep -qE "$why" || fail "refused without: $why"
}

check_report() {
  expect '^240 ACTIVE member grants: 3 organizations of 20 accounts with 4 licenses each$'
  expect 'CountGrants over 12 distributions; other statuses: 0$'
  expect '3 of 3 random accounts say ACTIVE$'
  # 3 * (CreateOrganization, UpdateServiceSettings, 20 accounts, 4 * (license, grant, version))
  expect 'records in the log: 102,'
  expect '^  page of 100 of any distribution, p99 .*≤ 2 ms +(met|NOT MET)$'
  expect '^  CheckEntitlement, p99 .*≤ 200 µs +(met|NOT MET)$'
}

measure 4 "$ledger" || fail "exit status $?"
check_report
expect '^  built .*≤ 15 min +met$'
measure 4 "$ledger" --existing || fail "exit status $?"
check_report
refuses 'is not empty; expected a new directory' 4 "$ledger"
refuses 'found 240 ACTIVE .* expected 360 of 18, and none$' 6 "$ledger" --existing
refuses 'is no directory; expected one with a ledger$' 4 "$scratch/nothing" --existing
