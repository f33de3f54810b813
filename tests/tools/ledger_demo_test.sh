#!/usr/bin/env bash
# The story of managed entitlements, as ./dev demo tells it. Arguments: ledger-demo, ledger-apply,
# ledger-dump.
#
# ledger-demo tells it to the end, and what it says is true of the ledger that it leaves: its counts
# add up, and its questions are answered by copy and paste. ledger-apply runs the same file. What README.md shows
# of ledger-dump is what it says of that ledger.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly demo=$1 apply=$2 dump=$3 story=examples/managed-entitlements.jsonl

scratch=$(mktemp -d)
readonly scratch
trap 'rm -rf "$scratch"' EXIT
readonly told=$scratch/told

fail() {
  printf '%s\n' "$1" >&2
  cat "$told" >&2
  exit 1
}

# chapter NUMBER: the lines of that chapter.
chapter() {
  awk -v number="$1" '/^[0-9]+\. / { on = $1 == number "." } /^Explore/ { on = 0 } on' "$told"
}

# expect NUMBER REGEX: the chapter has such a line.
expect() {
  chapter "$1" | grep -qE "$2" || fail "chapter $1 has no line like: $2"
}

# expect_sum NUMBER COLUMN...: in the chapter's table of counts, these columns, from the right, add up
# to their last line.
expect_sum() {
  local number=$1 column
  shift
  for column in "$@"; do
    chapter "$number" | tr -d , | awk -v column="$column" '
      / [0-9]+$/ && !done { sum += last; last = $(NF - column); first = $1 }
      / [0-9]+$/ && $1 == "all" { done = 1; exit !(sum == last && last > 0) }
      END { if (!done) exit 1 }' || fail "chapter $number: column $column from the right does not add up"
  done
}

tell() {
  mkdir "$scratch/demo ledger"
  "$demo" "$story" --db "$scratch/demo ledger" >"$told" || fail "ledger-demo: exit status $?"
}

check_chapters() {
  expect 1 '^  all +10,000$'
  expect_sum 1 0
  expect 2 '13 accounts'
  expect 3 'management account is the one that is not covered'
  expect 3 'DISABLED +9,999$'
  expect 3 'granted with 1 record in '
  expect 4 'out: 9,987 to ACTIVE, 12 to DISABLED\.$'
  expect 4 'activated 9,987 accounts with 1 record in '
  expect 4 'Billing +DISABLED +g-[0-9a-f]{8}… is active$'
  expect_sum 4 0 1
  expect 5 'out: 12 to ACTIVE, 12 to DISABLED\.$'
  expect 5 'activated 12 accounts with 1 record in '
  expect 5 'DISABLED +replaced by g-[0-9a-f]{8}…$'
  expect_sum 5 0 1
  expect 6 '^  4 +.* Load Test +CreateGrantVersion +ACTIVE$'
  expect 7 '555566667777 .*no$'
  expect 7 '555566667777 .*yes \(organization\)$'
  expect 7 'New Project .*yes \(organization\)$'
  expect 8 'DISABLED: account left the organization$'
  expect_sum 9 0 1
  expect 9 'Billing +yes \(its own\) +yes \(organization\)$'
  expect 9 'Field Office +yes \(organization\) +no$'
  expect 9 '555566667777 +no +yes \(organization\)$'
}

# Runs the questions that the end of the story shows, as a person would.
check_questions() {
  local answers
  awk '/^echo / { on = 1 } /^$/ { on = 0 } on' "$told" >"$scratch/questions.sh"
  answers=$(bash "$scratch/questions.sh")
  [[ $(grep -c '^{"Output":' <<<"$answers") == 3 ]] || fail "the questions are answered: $answers"
  grep -q '"ACTIVE":9987,"DISABLED":12' <<<"$answers" || fail "not Tuesday's counts: $answers"
}

# Ids, and where words stand below each other, differ from ledger to ledger.
without_ids() {
  sed -E 's/\b(o|r|ou|g)-[0-9a-z]+(-[0-9a-z]+)?…?/\1-…/g; s/ {2,}/  /g'
}

# The questions to ledger-dump in README.md, with the ids of this ledger, and their answers.
check_readme() {
  local ledger="$scratch/demo ledger" organization member
  organization=$("$dump" "$ledger" log | sed -nE 's/.* CreateOrganization +(o-[a-z0-9]+) .*/\1/p')
  member=$("$dump" "$ledger" at 2026-03-03T12:00:00Z account 200000000001 --json |
    sed -E 's/.*"GrantArn":"(arn:aws:license-manager::111122223333:grant:g-[0-9a-f]+)".*/\1/')
  awk '/^```/ { inside = !inside; on = 0; next }
    inside && /^\$ ledger-dump demo-ledger/ { on = 1 } inside && on && NF' README.md |
    without_ids >"$scratch/readme"
  {
    echo "\$ ledger-dump demo-ledger org $organization --tree"
    echo …
    "$dump" "$ledger" org "$organization" --tree | sed -n '/^Root/,$p'
    echo '$ ledger-dump demo-ledger at 2026-03-03T12:00:00Z account 200000000001'
    "$dump" "$ledger" at 2026-03-03T12:00:00Z account 200000000001
    member=${member##*:}
    echo "\$ ledger-dump demo-ledger explain ${member:0:10}…"
    echo …
    "$dump" "$ledger" explain "${member:0:10}…" | tail -n 12
  } | awk NF | without_ids >"$scratch/dumped"
  diff "$scratch/readme" "$scratch/dumped" >"$told" || fail 'README.md shows something else than ledger-dump'
}

check_ledger_apply() {
  "$apply" --db "$scratch/applied" --max-time-ahead none "$story" >"$scratch/answers" ||
    fail "ledger-apply: exit status $?, $(grep -m 1 Error "$scratch/answers")"
  [[ $(wc -l <"$scratch/answers") == "$(grep -c . "$story")" ]] || fail 'not one answer a line'
}

# The second time there is a ledger already; and what is no story is told so.
check_refusals() {
  if "$demo" "$story" --db "$scratch/demo ledger" 2>"$scratch/errors"; then
    fail 'ledger-demo took an old ledger'
  fi
  grep -q 'expected a new one' "$scratch/errors" || fail "$(cat "$scratch/errors")"
  sed '3s/"ParentId":/"ParentID":/' "$story" >"$scratch/spoilt"
  if "$demo" "$scratch/spoilt" --db "$scratch/spoilt ledger" >"$told" 2>"$scratch/errors"; then
    fail 'ledger-demo took a spoilt file'
  fi
  grep -q 'line 3: .*ParentID' "$scratch/errors" || fail "$(cat "$scratch/errors")"
}

tell
check_chapters
check_questions
check_readme
check_ledger_apply
check_refusals
if command -v python3 >/dev/null; then
  python3 examples/make_story.py | cmp - "$story" || fail 'make_story.py writes another file'
fi
