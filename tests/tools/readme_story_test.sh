#!/usr/bin/env bash
# The story of ledger-apply in README.md, pasted, is answered as README.md says. Argument:
# ledger-apply. Ids and times differ from run to run: README.md has … for them.
set -euo pipefail
readonly apply=$(realpath "$1")
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
readonly scratch
trap 'rm -rf "$scratch"' EXIT

# The story's block of code, and the one behind it.
awk -v to="$scratch" '
  /^```/ { inside = !inside; if (!inside && found) ++blocks; next }
  inside && /^ledger-apply --db/ { found = 1 }
  inside && found && blocks < 2 { print > (to "/" (blocks ? "expected" : "story.sh")) }' README.md
[[ $(grep -c '^{' "$scratch/story.sh") == "$(wc -l <"$scratch/expected")" ]] ||
  { echo 'README.md has not one answer for each line of the story' >&2; exit 1; }

cd "$scratch"
PATH=${apply%/*}:$PATH bash story.sh >answers
sed -E 's/\b(o|g|l|car)-[0-9a-z]{10,}/\1-…/g; s/"20[0-9T:.-]+Z"/"…"/g' answers | diff expected -
