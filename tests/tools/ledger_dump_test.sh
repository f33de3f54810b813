#!/usr/bin/env bash
# What ledger-dump says of a small ledger, frozen, and with it the format on disk: golden/records.jsonl
# are the records of the ledger, golden/dump.txt is what every verb says. Then of damaged ledgers, and
# of wrong questions. Arguments: ledger-apply, ledger-dump.
#
# GRANTLEDGER_UPDATE_GOLDEN=1 writes golden/dump.txt anew, to be read before it is committed.
set -euo pipefail
readonly apply=$1 dump=$2
golden=$(cd "$(dirname "$0")" && pwd)/golden
readonly golden

scratch=$(cd "$(mktemp -d)" && pwd -P)
readonly scratch
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

# What depends on RocksDB's files, or on where they are, and not on the ledger.
without_sizes() {
  sed -E 's/ +[0-9.]+ (bytes|kB|MB)$/ SIZE/; s/"(Bytes|WriteAheadBytes|Rows)":[0-9]+/"\1":0/g
          s/^(  (log|state|member|index|activation|base)) +[0-9]+ /\1 ROWS /
          s/which holds "[^"]+"/which holds "FILE"/
          s#'"$scratch"'/##g; s#'"$scratch"'#.#g'
}

# shows ARGUMENT...: the command, its output and its exit status.
shows() {
  printf '$ ledger-dump %s\n' "$*"
  local status=0
  "$dump" "$@" 2>&1 | without_sizes || status=${PIPESTATUS[0]}
  printf '[%d]\n\n' "$status"
}

# The same of backups: when they were made, and how large RocksDB's files are.
shows_backups() {
  printf '$ ledger-dump %s\n' "$*"
  local status=0
  "$dump" "$@" 2>&1 | tr -s ' ' | sed -E 's/[0-9.]+ (bytes|kB|MB)/SIZE/g
    s/"(Bytes|NewBytes|Files)":[0-9]+/"\1":0/g; s/"Made":"[^"]+"/"Made":"TIME"/
    s/^( [0-9]+ )[0-9-]+T[0-9:]+Z/\1TIME/; s/^[0-9]+ files of/FILES of/
    s/which holds "[^"]+"/which holds "FILE"/; s/at most [0-9-]+T[0-9:.]+Z/at most TIME/
    s/(checksum|over) [0-9a-f]{32}/\1 SUM/g; s#'"$PWD"'/##g' || status=${PIPESTATUS[0]}
  printf '[%d]\n\n' "$status"
}

"$apply" --db ledger --records "$golden/records.jsonl" >answer
[[ $(cat answer) == '{"LastLsn":23}' ]] || fail "the import answers $(cat answer)"
"$dump" ledger export log | cmp - "$golden/records.jsonl" || fail 'the log is not exported as it came'

# The names in it, by what they are.
named() { "$dump" ledger log | sed -nE "s/.*$1.*/\\1/p" | head -n 1; }
organization=$(named ' CreateOrganization +(o-[a-z0-9]+) ')
license=$(named ' CreateLicense +(arn:[^ ]+) ')
root=$("$dump" ledger org "$organization" --tree | sed -nE 's/^Root \((r-[a-z0-9]+)\).*/\1/p')
distribution=$("$dump" ledger export --status WORKFLOW_COMPLETED | sed -E 's/.*"GrantArn":"([^"]+)".*/\1/')
carols=$("$dump" ledger export --status DISABLED --format csv | sed -nE 's/^([^,]+),arn:aws:iam::200000000003:.*/\1/p')

# History behind a horizon is dropped.
cp -r ledger kept
echo '{"Operation":"Compact","Caller":"111122223333","Input":{}}' |
  "$apply" --db kept --keep-records 5 >answer
grep -q '"Output"' answer || fail "dropping history answers $(cat answer)"

{
  shows ledger
  shows ledger --json
  shows ledger log
  shows ledger log --from 22 --json
  shows ledger grant "$distribution"
  shows ledger grant "$distribution" --json
  for account in 111122223333 200000000001 200000000002 200000000003 200000000004; do
    shows ledger account "$account"
  done
  shows ledger account 200000000003 --json
  shows ledger org "$organization"
  shows ledger org "$organization" --tree
  shows ledger org "$organization" --json
  shows ledger org
  shows ledger org --json
  shows ledger license
  shows --json ledger license
  shows ledger license "$license"
  shows ledger license "$license" --json
  shows ledger explain "$carols"
  shows ledger explain "$carols" --json
  shows ledger diff --from 18 --to 20
  shows ledger diff --from 18 --accounts
  shows ledger diff --from 18 --accounts --json
  shows ledger at 18 org "$organization" --tree
  shows ledger at 18 org "$organization" --json
  shows ledger at 2026-03-02T00:10:30Z
  shows ledger export
  shows ledger export --format csv
  shows ledger export activations
  shows ledger export log --format csv
  shows ledger at 15 export --format csv
  shows ledger stats
  shows ledger stats --json
  shows ledger verify --deep
  shows ledger verify --deep --json
  shows ledger keys
  shows ledger keys --family state --prefix 6f --json
  # By an id, whole or cut short.
  id=${carols##*:}
  shows ledger explain "$id"
  shows ledger explain "${id:0:10}…"
  shows ledger grant "${distribution##*:}" --json
  shows ledger license "${license##*:}"
  # Behind a horizon.
  shows kept
  shows kept log
  shows kept grant "$distribution"
  shows kept explain "$carols"
  shows kept at 3
  shows kept at 2026-03-02T00:00:00Z account 200000000003
  shows kept diff --from 3
  # Wrong questions.
  shows nothing
  shows .
  shows ledger dance
  shows verify ledger
  shows ledger at yesterday
  shows ledger at ''
  shows ledger at 5 verify
  shows ledger at 5 repair --to later
  shows ledger export --status active
  shows ledger export log --status ACTIVE
  shows ledger export --format csv --json
  shows ledger log --from 5 --to 4
  shows ledger report --html ledger/report.html
  shows ledger repair --to ledger/new
  shows ledger at 24
  shows ledger log --from first
  shows ledger grant "${distribution%????}0000"
  shows ledger account 1234
  shows ledger account 999999999999
  shows ledger org o-0000000000
  shows ledger license "$distribution"
  shows ledger explain "$distribution"
  shows ledger grant g-123
  shows ledger grant g-00000000
  shows ledger keys --family states
  shows ledger keys --prefix 6
  shows ledger diff --from 5 --to 4
  shows ledger repair --to ledger
  # Backups.
  shows_backups backup ledger --to store
  shows_backups ledger backup --to store --json
  shows_backups backup kept --to store --keep 2
  shows_backups backups store
  shows_backups store backups --json
  shows_backups backups store --verify
  shows_backups backups store --verify --json
  shows_backups restore store --to whole
  shows_backups restore store --to older --at 2 --json
  shows_backups older verify --deep
  shows_backups restore store --to before --at 2 --as-of 15
  shows_backups restore ledger --to moment --as-of 2026-03-02T00:10:30Z
  shows_backups restore store --to gone-on --as-of 22 --log ledger --json
  shows_backups restore store --to possible --as-of 20
  shows_backups restore kept --to impossible --as-of 20
  shows_backups restore store --to impossible --at 1
  shows_backups restore store --to impossible --as-of 99
  shows_backups restore store --to impossible --as-of soon
  shows_backups restore store --to impossible --as-of 2100-01-01T00:00:00Z
  shows_backups restore store --to whole
  shows_backups restore nothing --to impossible
  shows_backups backups ledger
  shows_backups backups nothing
  shows_backups backup store --to other
  shows_backups backup ledger --to whole
  shows_backups backup ledger --to ledger/store
  shows_backups ledger at 5 backup --to store
  shows_backups backups store --keep 0
  rm store/private/3/CURRENT
  shows_backups backups store
  shows_backups backups store --verify
  shows_backups restore store --to impossible
  shows_backups backups store --keep 1 --json
} >told
if [[ -n ${GRANTLEDGER_UPDATE_GOLDEN:-} ]]; then
  cp told "$golden/dump.txt"
fi
diff "$golden/dump.txt" told || fail 'it says something else than golden/dump.txt'

[[ ! -e impossible ]] || fail 'what can not be restored is there'
"$dump" older export log | cmp - "$golden/records.jsonl" || fail 'a restored ledger has other records'
"$dump" before export log | cmp - <(head -n 16 "$golden/records.jsonl") ||
  fail 'as of a moment it has other records'

# What is piped away ends it, with nothing said on standard error.
"$dump" ledger log 2>errors | head -n 1 >first
grep -q 'Genesis' first || fail 'the first line is not the first record'
[[ ! -s errors ]] || fail 'it complains of a closed pipe'

# What can't be written is told.
for verb in '' log 'export grants' 'export log' 'verify' 'stats --json'; do
  status=0
  # shellcheck disable=SC2086
  "$dump" ledger $verb >/dev/full 2>errors || status=$?
  ((status == 2)) || fail "$verb to a full disk exits with $status"
  grep -q 'No space left on device' errors || fail "$verb to a full disk says: $(cat errors)"
done

# --- damage

# damaged NAME: a copy of the ledger.
damaged() {
  rm -rf "$1"
  cp -r ledger "$1"
}

# finds NAME REGEX: verify says so, and what can be told is told.
finds() {
  local status=0
  "$dump" "$1" verify >told 2>&1 || status=$?
  ((status == 1)) || fail "verify of $1 exits with $status"
  grep -qE "$2" told || { cat told >&2; fail "verify of $1 does not say: $2"; }
  status=0
  "$dump" "$1" >told 2>&1 || status=$?
  ((status == 1 || status == 2)) || fail "the overview of $1 exits with $status"
  grep -qE 'DAMAGED|damaged' told || { cat told >&2; fail "the overview of $1 tells of no damage"; }
}

damaged missing
rm "$(ls missing/*.sst | head -n 1)"
finds missing 'file: .*\.sst'
damaged flipped
for file in flipped/*.sst; do
  printf '\xff\xff\xff\xff' | dd of="$file" bs=1 seek=20 conv=notrunc status=none
done
finds flipped '(file|damaged): '
damaged empty
: >empty/CURRENT
finds empty 'CURRENT'

# A write that was answered is known to have been there.
damaged cut
echo '{"Operation":"CreateOrganizationalUnit","Caller":"111122223333","Input":{"ParentId":"'"$root"'","Name":"Cut"}}' |
  "$apply" --db cut >answer
grep -q '"Output"' answer || fail "a write answers $(cat answer)"
truncate -s -5 "$(ls -S cut/*.log | head -n 1)"
finds cut 'record 24 is gone'
# What is left is told, and that it is not all.
for verb in '' log 'export log' 'export grants' "org $organization --tree" "license $license" stats \
  'report --html report.html'; do
  status=0
  # shellcheck disable=SC2086
  "$dump" cut $verb >told 2>&1 || status=$?
  ((status == 1)) || fail "$verb of a ledger that lost its end exits with $status"
  grep -q 'record 24 is gone' told || { cat told >&2; fail "$verb does not say what is gone"; }
done

# A write that a crash cut short was never answered: it is told of, and all else is served.
damaged torn
log=$(ls -S torn/*.log | head -n 1)
printf 'the beginning of a write' >>"$log"
status=0
"$dump" torn verify >told || status=$?
((status == 1)) || fail "verify of a torn tail exits with $status"
grep -q "^torn-tail: .*${log##*/}" told || { cat told >&2; fail 'verify tells of no torn tail'; }
"$dump" torn export log | cmp - "$golden/records.jsonl" || fail 'a torn ledger has other records'
for verb in '' log "grant $distribution" 'account 200000000003' "org $organization --tree" \
  "license $license" "explain $carols" 'diff --from 5 --accounts' 'export grants' keys stats \
  'report --html report.html' 'at 5 log'; do
  # shellcheck disable=SC2086
  "$dump" torn $verb >told 2>&1 || { cat told >&2; fail "$verb of a torn ledger fails"; }
done
"$dump" torn repair --to sewn >told || true
"$dump" sewn export log | cmp - "$golden/records.jsonl" || fail 'repair lost a record'

# Without CURRENT nothing is served, and repair makes a ledger of the files.
damaged listless
rm listless/CURRENT
for verb in '' log 'account 200000000003' 'export log' verify; do
  status=0
  # shellcheck disable=SC2086
  "$dump" listless $verb >told 2>&1 || status=$?
  ((status != 0)) || fail "$verb of a ledger without CURRENT succeeds"
done

# Every verb ends with a sentence, whatever it meets.
for name in missing flipped empty; do
  for verb in log "grant $distribution" 'account 200000000003' "org $organization" \
    "license $license" "explain $carols" 'diff --from 1 --accounts' 'export grants' 'export log' \
    keys stats 'report --html report.html' 'at 5 log' 'log --json'; do
    status=0
    # The words of a verb are its arguments.
    # shellcheck disable=SC2086
    "$dump" "$name" $verb >told 2>errors || status=$?
    ((status <= 2)) || fail "$verb of $name exits with $status"
    if ((status != 0)); then
      grep -qiE 'damage|\.sst|\.ldb|CURRENT|checksum' told errors || {
        cat errors >&2
        fail "$verb of $name does not say what is damaged"
      }
    fi
  done
done

# What is saved of one that lacks a file is sound, and it is said what was lost.
status=0
"$dump" missing repair --to mended >told 2>&1 || status=$?
case $status in
  0) "$dump" mended export log | cmp - "$golden/records.jsonl" || fail 'records are gone, unsaid' ;;
  *) grep -qE '^lost: |damaged' told || { cat told >&2; fail 'repair does not say what was lost'; } ;;
esac
if [[ -e mended ]]; then "$dump" mended verify --deep >told || fail 'what was repaired is not sound'; fi

# A time to come is refused, unless it is asked for; and then there is a way back to before it.
cp -r ledger pinned
ahead='{"Operation":"CreateOrganizationalUnit","Caller":"111122223333","Time":"2999-01-01T00:00:00Z","Input":{"ParentId":"'$root'","Name":"Later"}}'
if echo "$ahead" | "$apply" --db pinned >answer; then fail 'it writes a record of 2999'; fi
grep -q 'Time is 2999-01-01T00:00:00Z, expected at most ' answer || fail "of 2999 it says $(cat answer)"
if echo "$ahead" | "$apply" --db pinned --max-time-ahead 12h >answer; then fail 'twelve hours reach 2999'; fi
if echo "$ahead" | "$apply" --db pinned --max-time-ahead x 2>told; then fail '--max-time-ahead takes x'; fi
grep -q -- '--max-time-ahead is "x", expected none, or' told || fail "of --max-time-ahead x it says $(cat told)"
if "$apply" --db imported --records --max-time-ahead 1d </dev/null 2>told; then fail 'records are held to --max-time-ahead'; fi
echo "$ahead" | "$apply" --db pinned --max-time-ahead none >answer || fail "asked for 2999 it says $(cat answer)"
[[ $("$dump" pinned log --from 2027-01-01T00:00:00Z | awk '{ print $1; exit }') == 24 ]] || fail 'the record is not found'
"$dump" restore pinned --to unpinned --as-of 23 >told || { cat told >&2; fail 'there is no way back'; }
"$dump" unpinned export log | cmp - "$golden/records.jsonl" || fail 'the way back leads elsewhere'
echo "${ahead/2999-01-01/2026-06-01}" | "$apply" --db unpinned --max-time-ahead none >answer || fail "after the way back: $(cat answer)"

# A ledger of another id key has other ARNs.
echo '{"Operation":"CreateOrganization","Caller":"111122223333","Input":{"FeatureSet":"ALL"}}' |
  "$apply" --db other >/dev/null
if "$dump" other grant "$distribution" >told 2>&1; then fail 'it knows a grant of another ledger'; fi
grep -q 'names no grant' told || fail "it says of another ledger's ARN: $(cat told)"

# What is no export is refused, by the line, and leaves nothing.
head -n 5 "$golden/records.jsonl" | sed '3s/"Payload":"./"Payload":"!/' |
  if "$apply" --db spoiled --records >told 2>&1; then fail 'it applies what is no base64'; fi
grep -q 'line 3: Payload is not base64' told || fail "it says of a spoiled line: $(cat told)"
[[ ! -e spoiled/CURRENT ]] || fail 'half a ledger is left'
