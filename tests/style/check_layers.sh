#!/usr/bin/env bash
# Includes follow the layers: tools and bench -> inspect -> query -> ledger -> codec -> the public
# headers.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0

# forbid FOLDER REGEX WHY: no file of FOLDER includes anything that matches REGEX.
forbid() {
  local hits
  # The bare database, and the peer on one, that the ledger is compared with.
  hits=$(grep -rnE --include='*.h' --include='*.cc' --exclude='bare_rocks.cc' \
    --exclude='rocks_tables.cc' \
    "^ *# *include *[<\"]($2)" "$1" || true)
  [[ -z $hits ]] && return
  printf '%s: %s\n%s\n' "$1" "$3" "$hits" >&2
  failed=1
}

readonly inside='codec/|ledger/|query/|inspect/'
readonly outside='tools/|bench/|tests/'
forbid include "$inside|$outside|rocksdb/|flatbuffers/|xxhash" 'public headers stand alone'
forbid codec "ledger/|query/|inspect/|$outside|rocksdb/" 'codec knows bytes only'
forbid ledger "query/|inspect/|$outside" 'ledger stands below query'
forbid query "inspect/|$outside" 'query stands below inspect and the tools'
forbid inspect "$outside" 'inspect stands below the tools'
for folder in tools bench examples tests/package; do
  forbid "$folder" "$inside|rocksdb/|flatbuffers/" 'uses the public headers only'
done
forbid tests/model 'codec/|query/|ledger/fold' 'the model shares no code with what it checks'
exit "$failed"
