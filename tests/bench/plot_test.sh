#!/usr/bin/env bash
# grantledger-plot on a small file of results. Argument: grantledger-plot.
set -euo pipefail
readonly plot=$1

scratch=$(mktemp -d)
readonly scratch
trap 'rm -rf "$scratch"' EXIT
readonly results=$scratch/peers.json told=$scratch/told

fail() {
  printf '%s\n' "$1" >&2
  cat "$told" >&2
  exit 1
}

# refuses REGEX ARGUMENT...: it fails, and its last line says why.
refuses() {
  local why=$1
  shift
  if "$plot" "$@" >"$told" 2>&1; then fail "it took: $*"; fi
  tail -n 1 "$told" | grep -qE "$why" || fail "refused without: $why"
}

# run WORKLOAD ACCOUNTS STORE SECONDS: a repetition
run() {
  printf '{"run_name": "%s/accounts:%s/store:%s/repeats:5", "run_type": "iteration",
           "real_time": %s, "time_unit": "s"}' "$@"
}

cat >"$results" <<END
{"benchmarks": [
  $(run FanOut 1000 grantledger 0.0002), $(run FanOut 100000 grantledger 0.0002),
  $(run FanOut 1000 sqlite 0.01), $(run FanOut 1000 sqlite 0.001), $(run FanOut 1000 sqlite 7),
  $(run FanOut 100000 sqlite 1),
  {"run_name": "FanOut/accounts:100000/store:sqlite/repeats:5", "run_type": "aggregate",
   "aggregate_name": "mean", "real_time": 7, "time_unit": "s"},
  {"run_name": "FanOut/accounts:100000/store:sqlite/repeats:5", "run_type": "iteration",
   "error_occurred": true, "error_message": "out of memory"},
  {"run_name": "FanOut/accounts:1000/store:rocksdb/repeats:5", "run_type": "iteration",
   "error_occurred": true, "error_message": "stopped: takes too long"},
  {"run_name": "FanOut/accounts:1000000/store:sqlite/repeats:5", "run_type": "iteration",
   "error_occurred": true, "error_message": "stopped: takes too long"}
]}
END
"$plot" "$results" "$scratch" >"$told" 2>&1 || fail 'it failed'
[[ $(cat "$told") == "$scratch/fan-out.svg" ]] || fail 'it drew what was not measured'
readonly picture=$scratch/fan-out.svg
grep -q 'prefers-color-scheme: dark' "$picture" || fail 'it does not follow the ground'
# Gnuplot puts single characters for spaces and commas into texts.
text=$(sed 's/<[^>]*>//g' "$picture" | tr -s ' \302\240\n' ' ')
for says in 'Distribute' 'grantledger .*exponent 0.00' 'SQLite .*exponent 1.00.*over 5 min at 1000000' \
  'RocksDB, eager, over 5 min at 1000'; do
  grep -qE "$says" <<<"$text" || fail "the picture lacks: $says"
done
if grep -q 'LMDB' <<<"$text"; then fail 'it names a store that was not measured'; fi

printf '{"benchmarks": []}' >"$results"
refuses 'has no results' "$results" "$scratch"
printf 'nothing' >"$results"
refuses 'is not what grantledger-peers writes' "$results" "$scratch"
refuses 'cannot read' "$scratch/nothing.json" "$scratch"
