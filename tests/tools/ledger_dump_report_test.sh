#!/usr/bin/env bash
# The report of ledger-dump in a browser: it finds what is searched for, and no script fails.
# Arguments: ledger-apply, ledger-dump, chromium.
set -euo pipefail
readonly apply=$1 dump=$2 chromium=$3
golden=$(cd "$(dirname "$0")" && pwd)/golden
readonly golden

scratch=$(mktemp -d)
readonly scratch
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

# page FRAGMENT: what the browser makes of the report, with the search in the address.
page() {
  "$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$scratch/browser" --dump-dom "file://$scratch/report.html#$1" 2>/dev/null
}

# shows COUNT FRAGMENT
shows() {
  page "$2" >"$scratch/dom"
  grep -q 'data-ready="yes"' "$scratch/dom" || fail "the script did not end, searching '$2'"
  if grep -q 'data-failed' "$scratch/dom"; then fail "a script failed, searching '$2'"; fi
  grep -q "<span id=\"found\" class=\"faint\">$1 of 2</span>" "$scratch/dom" ||
    fail "searching '$2' finds $(grep -o '[0-9]* of [0-9]*' "$scratch/dom" | head -n 1)"
}

"$apply" --db "$scratch/ledger" --records "$golden/records.jsonl" >/dev/null
"$dump" "$scratch/ledger" report --html "$scratch/report.html" >"$scratch/told" ||
  fail 'it makes no report'
if grep -qE 'https?://|src=|@import' "$scratch/report.html"; then fail 'it needs the network'; fi
shows 2 ''
shows 1 'rejected'
shows 1 '200000000004'
shows 1 'TEST%20active'
shows 0 'nobody'
grep -q '<tr hidden' "$scratch/dom" || fail 'rows that are not found are shown'
for picture in 'aria-label="Member grants by status over time"' '<td><bdi>Test</bdi></td>' '<td><bdi>(left)</bdi></td>'; do
  grep -q "$picture" "$scratch/dom" || fail "the page lacks $picture"
done
"$dump" "$scratch/ledger" report --html "$scratch/none/report.html" 2>"$scratch/errors" &&
  fail 'it writes where it can not'
grep -q "can't be written to" "$scratch/errors" || fail 'it does not say why'
