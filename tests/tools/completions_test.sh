#!/usr/bin/env bash
# Every verb and option of ledger-dump is in its man page and in both completions. Argument:
# ledger-dump.
set -euo pipefail
readonly dump=$1
cd "$(dirname "$0")/../.."

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

verbs=$("$dump" --help | sed -n '/^Subcommands:/,$p' | sed -nE 's/^  ([a-z]+) .*/\1/p')
((verbs_count = $(wc -w <<<"$verbs"), verbs_count >= 13)) || fail "there are verbs: $verbs"
man=$(sed 's/\\-/-/g' docs/man/ledger-dump.1)
readonly man
for verb in $verbs; do
  grep -qE "^\.(B|BI|BR) $verb\b" <<<"$man" || fail "the man page lacks $verb"
  grep -qE "[' ]$verb[' ]" completions/ledger-dump.bash || fail "bash does not complete $verb"
  grep -q "'$verb:" completions/_ledger-dump || fail "zsh does not complete $verb"
  for option in $("$dump" "$verb" "$verb" --help 2>/dev/null | grep -oE '^  (-[a-z],)?--[a-z]+' |
    grep -oE -- '--[a-z]+'); do
    [[ $option != --help ]] || continue
    grep -q -- "$option" <<<"$man" || fail "the man page lacks $verb $option"
    grep -q -- "$option" completions/ledger-dump.bash || fail "bash lacks $verb $option"
    grep -q -- "$option" completions/_ledger-dump || fail "zsh lacks $verb $option"
  done
done

# The completion completes.
source completions/ledger-dump.bash
complete_words() {
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=()
  _ledger_dump
  printf '%s ' "${COMPREPLY[@]}"
}
[[ $(complete_words ledger-dump grants exp) == 'explain export ' ]] || fail 'exp is not completed'
[[ $(complete_words ledger-dump grants keys --family me) == 'member ' ]] || fail 'me is no family'
[[ $(complete_words ledger-dump grants org o-1 --t) == '--tree ' ]] || fail '--t is not completed'
