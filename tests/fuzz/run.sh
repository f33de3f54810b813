#!/usr/bin/env bash
# The campaign fuzz of `./dev torture`: run.sh DIRECTORY-OF-PROGRAMS [--minutes M] [--seed N]
# [--keep DIR] [TARGET...]
#
# Each target runs for its part of M minutes. What ends one goes to fuzz-findings/; --keep gets what
# libFuzzer found of new paths, minimized, to be looked through for tests/fuzz/corpus. Exit status 1:
# something was seen that must not be.
set -euo pipefail

fail() {
  printf 'fuzz: %s\n' "$1" >&2
  exit 2
}

programs=${1:?usage: run.sh PROGRAMS [--minutes M] [--seed N] [--keep DIR] [TARGET...]}
shift
corpus=$(dirname "$0")/corpus
minutes=7 seed=$((1 + (RANDOM << 15 | RANDOM))) keep='' targets=()
while (($#)); do
  case $1 in
    --minutes) minutes=${2:?--minutes takes a number} && shift 2 ;;
    --seed) seed=${2:?--seed takes a number} && shift 2 ;;
    --keep) keep=${2:?--keep takes a directory} && shift 2 ;;
    -*) fail "there is no option $1" ;;
    *) targets+=("$1") && shift ;;
  esac
done
if ((${#targets[@]} == 0)); then mapfile -t targets < <(ls "$corpus"); fi
for target in "${targets[@]}"; do
  [[ -x $programs/fuzz_$target ]] || fail "there is no target $target"
done
seconds=$(awk -v minutes="$minutes" -v targets="${#targets[@]}" \
  'BEGIN { seconds = int(minutes * 60 / targets); print seconds < 1 ? 1 : seconds }')

scratch=$(mktemp -d "${TMPDIR:-/tmp}/grantledger-fuzz-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export UBSAN_OPTIONS=print_stacktrace=1
export TMPDIR=$scratch/tmp # what a target leaves that ends early
mkdir -p "$TMPDIR"

# run TARGET: leaves what libFuzzer says in $scratch/TARGET.told.
run() {
  local target=$1 status=0 told=$scratch/$1.told
  mkdir -p "$scratch/$target"
  "$programs/fuzz_$target" -seed="$seed" -max_total_time="$seconds" -max_len=4096 -timeout=60 \
    -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="$scratch/$target-" \
    "$scratch/$target" "$corpus/$target" >"$told" 2>&1 || status=$?
  if ((status == 0)); then
    [[ -z $keep ]] || keep_new "$target"
    return
  fi
  local found before=${#failures[@]}
  mkdir -p fuzz-findings
  for found in "$scratch/$target"-{crash,leak,oom,timeout}-*; do
    [[ -e $found ]] || continue
    mv "$found" fuzz-findings/
    failures+=("$target: $(grep -m 1 -E '^(broken|.*(ERROR|runtime error)): ' "$told" || tail -n 1 "$told"); replayed by $programs/fuzz_replay --input fuzz-findings/${found##*/} $target")
  done
  if ((${#failures[@]} == before)); then failures+=("$target exits with $status: $(tail -n 3 "$told")"); fi
  mv "$told" "fuzz-findings/$target.txt"
  ln -s "$PWD/fuzz-findings/$target.txt" "$told"
}

keep_new() {
  mkdir -p "$keep/$1"
  "$programs/fuzz_$1" -merge=1 "$keep/$1" "$corpus/$1" "$scratch/$1" >/dev/null 2>&1 || true
}

stat_of() { # TARGET NAME
  awk -v name="stat::$2:" '$1 == name { print $2 }' "$scratch/$1.told"
}

failures=()
printf 'fuzz: --seed %s\n' "$seed"
for target in "${targets[@]}"; do
  printf '  %s, for %s s\n' "$target" "$seconds"
  run "$target"
done
printf '\nfuzz, --seed %s: %s targets\n' "$seed" "${#targets[@]}"
for target in "${targets[@]}"; do
  printf '  %s  inputs of %s, of which %s reached something new\n' \
    "$(stat_of "$target" number_of_executed_units)" "$target" \
    "$(stat_of "$target" new_units_added)"
done
printf '  %s  that must not be\n' "${#failures[@]}"
for failure in "${failures[@]}"; do printf 'FAILED: %s\n' "$failure"; done
((${#failures[@]} == 0))
