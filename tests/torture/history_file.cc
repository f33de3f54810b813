#include "history_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <grantledger/verify.h>

#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

std::string ToHex(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex += kDigits[value >> 4U];
    hex += kDigits[value & 15U];
  }
  return hex;
}

std::string FromHex(const std::string& hex) {
  constexpr int kHexBase = 16;
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, kHexBase));
  }
  return bytes;
}

/// A ledger of the records up to the LSN `to`.
std::unique_ptr<Ledger> Import(const std::map<Lsn, std::string>& payloads,
                               const std::string& scratch) {
  auto importer = LedgerImporter::Open(scratch, payloads.at(0));
  if (!importer) throw std::runtime_error(importer.error().message());
  for (const auto& [lsn, payload] : payloads) {
    if (lsn == 0) continue;
    if (const Status added = (*importer)->Add(lsn, payload); !added.ok()) {
      throw std::runtime_error("record " + std::to_string(lsn) + ": " + added.message());
    }
  }
  if (const Status done = (*importer)->Finish(); !done.ok())
    throw std::runtime_error(done.message());
  importer->reset();
  Options options;
  options.background_compaction = false;
  auto opened = Ledger::Open(scratch, options);
  if (!opened) throw std::runtime_error(opened.error().message());
  return std::move(*opened);
}

}  // namespace

std::string WriteHistory(const std::string& name, const History& history) {
  const std::string path = (std::filesystem::temp_directory_path() / name).string();
  std::ofstream file(path);
  Json arns = Json::array();
  for (const auto& [of, arn] : history.member_arns) arns.push_back({of.first, of.second, arn});
  file << Json({{"MemberGrants", arns},
                {"Roots", history.roots},
                {"MaxGrantsPerLicense", history.max_grants_per_license}})
              .dump()
       << "\n";
  for (const auto& [lsn, record] : history.records) {
    file << Json({{"Record", lsn}, {"Payload", ToHex(record.payload)}}).dump() << "\n";
  }
  for (const Logged& write : history.log) {
    file << Json({{"Lsn", write.lsn}, {"Time", write.time}, {"Call", ToJson(write.call)}}).dump()
         << "\n";
  }
  file << Json({{"Violation", history.violation.what},
                {"Call", ToJson(history.violation.call)},
                {"Expected", history.violation.expected},
                {"AsOf", history.violation.lsn}})
              .dump()
       << "\n";
  return path;
}

std::string ReplayHistory(const std::string& path, const std::string& scratch) {
  std::ifstream file(path);
  MemberArns arns;
  std::map<std::string, std::string> roots;
  std::size_t max_grants = 0;
  std::map<Lsn, std::string> payloads;
  Stretch stretch;
  std::optional<Observed> failed;
  for (std::string line; std::getline(file, line);) {
    const Json json = Json::parse(line);
    if (json.contains("MemberGrants")) {
      for (const Json& one : json.at("MemberGrants")) arns[{one.at(0), one.at(1)}] = one.at(2);
      roots = json.at("Roots").get<std::map<std::string, std::string>>();
      max_grants = json.at("MaxGrantsPerLicense");
    } else if (json.contains("Record")) {
      payloads[json.at("Record").get<Lsn>()] = FromHex(json.at("Payload"));
    } else if (json.contains("Lsn")) {
      stretch.writes.push_back({json.at("Lsn").get<std::uint64_t>(), json.at("Time").get<Millis>(),
                                ObservedFrom(json.at("Call"))});
    } else {
      failed = ObservedFrom(json.at("Call"));
    }
  }
  Oracle oracle(
      max_grants,
      [&](const std::string& distribution, const std::string& account) {
        const auto arn = arns.find({distribution, account});
        return arn == arns.end() ? std::string() : arn->second;
      },
      [&](const std::string& organization, const std::string&) { return roots.at(organization); });
  std::string told;
  // A later page is of the as-of point of the first, and can't be asked for again.
  const bool is_read = failed && !failed->request.is_null() &&
                       !model::Model::IsWrite(failed->request.at("Operation")) &&
                       !failed->request.at("Input").contains("NextToken");
  if (is_read) stretch.reads.push_back(*failed);
  const auto violation = oracle.Replay(stretch);
  told += violation ? "the model: " + violation->ToString() : "the model agrees\n";
  const auto ledger = Import(payloads, scratch);
  told += "a ledger of the same records has LSN " + std::to_string(ledger->LastLsn()) + "\n";
  if (!is_read) return told;
  for (Lsn lsn = failed->before.lsn; lsn <= std::min(failed->after.lsn, ledger->LastLsn()); ++lsn) {
    Json request = failed->request;
    if (!request.contains("AsOf")) request["AsOf"] = lsn;
    const Json answer = tools::JsonApi(*ledger).Execute(request);
    told += "LSN " + std::to_string(lsn) +
            (answer == failed->answer ? ": answers the same\n" : ": " + answer.dump() + "\n");
  }
  return told;
}

}  // namespace grantledger::torture
