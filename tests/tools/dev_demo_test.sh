#!/usr/bin/env bash
# ./dev demo throws away the ledger of the last demo, and nothing else. Nothing is installed or built
# here: the commands that do are stand-ins, and so is ledger-demo, which writes one file.
set -euo pipefail
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
readonly scratch
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf '%s\n' "$1" >&2
  cat "$scratch/said" >&2
  exit 1
}

# stand_in FILE: a program of these lines.
stand_in() {
  mkdir -p "$(dirname "$1")"
  { printf '#!/bin/sh\n' && cat; } >"$1"
  chmod +x "$1"
}

demo() { PATH=$scratch/bin:$PATH "$scratch/dev" demo >"$scratch/said" 2>&1; }
refuses() {
  if demo; then fail "it went on, expected '$1'"; fi
  grep -q "$1" "$scratch/said" || fail "expected '$1'"
}

cp dev "$scratch/dev"
stand_in "$scratch/bin/cmake" <<<'exit 0'
stand_in "$scratch/bin/dpkg-query" <<<'printf installed'
stand_in "$scratch/build/release/tools/ledger-demo" <<'END'
mkdir "$3" && echo told >"$3/story" && [ ! -e fails ]
END
readonly ledger=$scratch/demo-ledger

touch "$scratch/fails"
if demo; then fail 'it hides that the demo failed'; fi
[[ ! -e $ledger ]] || fail 'it leaves half a demo'
rm "$scratch/fails"

demo || fail 'the first demo failed'
demo || fail 'the second demo failed'
grep -q 'Removing demo-ledger/' "$scratch/said" || fail 'it removed the last one without a word'

sleep 0.05 # longer than a tick of the clock that files have their times of
echo mine >>"$ledger/story"
refuses 'demo-ledger/ was written to since the last demo (demo-ledger/story)'
grep -q mine "$ledger/story" || fail 'it removed what was written'

rm -r "$ledger"
mkdir "$ledger"
echo mine >"$ledger/story"
refuses 'demo-ledger/ is not that of a finished demo'
grep -q mine "$ledger/story" || fail 'it removed what was written'
