#include "tools/record_import.h"

#include <cstring>
#include <memory>
#include <string>

#include <grantledger/verify.h>

#include "tools/record_line.h"

namespace grantledger::tools {
namespace {

Status InLine(std::uint64_t number, const Status& error) {
  return {error.code(), "line " + std::to_string(number) + ": " + error.message()};
}

Result<RecordToApply> ReadLine(const Line& line) {
  const auto json = ParseJson(line.text);
  if (!json) return json.error();
  return ReadRecordLine(*json);
}

}  // namespace

Result<Lsn> ImportRecords(const std::string& directory, LineReader& lines,
                          const std::function<bool(std::uint64_t line)>& progress) {
  std::unique_ptr<LedgerImporter> importer;
  while (const auto line = lines.Next()) {
    if (line->text.empty()) continue;
    const auto record = ReadLine(*line);
    if (!record) return InLine(line->number, record.error());
    if (importer == nullptr) {
      if (record->lsn != 0) {
        return InLine(line->number, {Code::kInvalidArgument,
                                     "Lsn is " + std::to_string(record->lsn) +
                                         ", expected 0, the record that a ledger begins with"});
      }
      auto opened = LedgerImporter::Open(directory, record->payload);
      if (!opened) return InLine(line->number, opened.error());
      importer = *std::move(opened);
    } else if (Status added = importer->Add(record->lsn, record->payload); !added.ok()) {
      return InLine(line->number, added);
    }
    if (progress(line->number)) continue;
    return Status(Code::kInvalidState, "importing was interrupted; there is no new ledger");
  }
  // What could be read is not all.
  if (lines.error() != 0) {
    return Status(Code::kIoError, std::string("reading: ") + std::strerror(lines.error()));
  }
  if (importer == nullptr) {
    return Status(Code::kInvalidArgument, "there are no records, expected lines of JSON");
  }
  if (Status finished = importer->Finish(); !finished.ok()) return finished;
  return importer->last();
}

}  // namespace grantledger::tools
