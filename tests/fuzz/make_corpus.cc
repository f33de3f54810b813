// Makes the seeds of the corpora: fuzz_corpus CORPUS. From the golden values of tests/codec, and
// the small ledger. What a campaign found is added by hand, under a name that says what it was.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <tuple>

#include <nlohmann/json.hpp>

#include "codec/frame.h"
#include "codec/row_shapes.h"
#include "query/page_token.h"
#include "tests/codec/golden_records.h"
#include "tests/codec/golden_rows.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/targets.h"
#include "tools/record_line.h"

namespace grantledger::fuzz {
namespace {

namespace fs = std::filesystem;

std::string Bytes(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

std::string Text(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text.push_back(static_cast<char>(byte));
  return text;
}

class Corpus {
 public:
  explicit Corpus(fs::path directory) : directory_(std::move(directory)) {
    fs::create_directories(directory_);
  }
  void Add(const std::string& name, const std::string& input) const {
    std::ofstream(directory_ / ("seed-" + name), std::ios::binary) << input;
  }

 private:
  fs::path directory_;
};

/// Gives the key a part of its kind.
void AddPart(const KeyPart& part, const Path& path, KeyWriter* key) {
  switch (part.kind) {
    case KeyPartKind::kAccount:
      key->Account(AccountId(444455556666));
      break;
    case KeyPartKind::kNewestFirst:
      key->NewestFirst(1002);
      break;
    case KeyPartKind::kPlacePath:
      key->PlacePath(path);
      break;
    case KeyPartKind::kText:
      key->Text("ou-ab12-cdefgh34");
      break;
    case KeyPartKind::kTag:
      key->Tag(part.name[0]);
      break;
    default:
      key->Uint(1000);
  }
}

/// A key for each shape, of small parts, behind a recipe that reads and writes its parts.
void MakeKeys(const Corpus& corpus) {
  const Path path = ChildPath(ChildPath(Path(), 300), 2);
  for (const RowShape& shape : RowShapes()) {
    KeyWriter key(shape.tag);
    unsigned recipe = 0;
    unsigned shift = 0;
    for (const KeyPart& part : shape.parts) {
      AddPart(part, path, &key);
      recipe |= (static_cast<unsigned>(part.kind) + 1) << shift;
      shift += 3;
    }
    std::string name(shape.name);
    std::ranges::replace(name, ' ', '-');
    name += "-of-" + std::string(FamilyName(shape.family));
    const std::string bytes = shape.family == Family::kLog ? LogKey(1000) : key.key();
    corpus.Add(name, Text({static_cast<int>(shape.family), static_cast<int>(recipe >> 16 & 0xff),
                           static_cast<int>(recipe >> 8 & 0xff), static_cast<int>(recipe & 0xff)}) +
                         bytes);
  }
  // Behind the organization: a position, a cohort.
  const std::string position = MemberKey(7, path, 1000, AccountId(444455556666));
  const std::string cohort = CohortKey(7, path, 1000);
  corpus.Add("bare-position",
             Text({2, 0, 0, 0}) + position.substr(MembersPrefix(7, Path()).size()));
  corpus.Add("bare-cohort", Text({2, 0, 0, 0}) + cohort.substr(CohortsPrefix(7, Path()).size()));
}

void MakeFrames(const Corpus& corpus) {
  const std::string payload = Bytes(kGoldenRecords[0].hex);
  corpus.Add("empty", Text({0, 0, 0, 0, 0, 0}));
  corpus.Add("record", Text({3, 232, 0, 9, 0, 0}) + FrameRecord(1000, payload));
  corpus.Add("newer-record", Text({3, 232, 0, 9, 0, 0}) + FrameRecord(1000, payload, 9));
  const std::string key = AccountKey(AccountId(444455556666));
  corpus.Add("row", Text({0, 0, 0, 3}) + BlockOf(key) + FrameRow(key, "payload"));
}

void MakeRecords(const Corpus& corpus) {
  const auto shape_of = [](std::string_view table) {
    const auto shapes = RowShapes();
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      if (shapes[i].table && shapes[i].table->name == table) return static_cast<int>(i);
    }
    return 0;
  };
  for (const Golden& one : kGoldenRows) {
    corpus.Add("row-" + std::string(one.name), Text({shape_of(one.name)}) + Bytes(one.hex));
  }
  for (const Golden& one : kGoldenRecords) {
    corpus.Add("record-" + std::string(one.name), Text({shape_of("Record")}) + Bytes(one.hex));
  }
}

void MakeTokens(const Corpus& corpus) {
  const Path path = ChildPath(Path(), 1);
  const std::string member = MemberKey(1, path, 4, AccountId(200'000'000'003));
  const std::string position = member.substr(MembersPrefix(1, Path()).size());
  constexpr int kKinds = 19;
  for (int kind = 0; kind < kKinds; ++kind) {
    corpus.Add("start-" + std::to_string(kind), Text({kind, 0, 0}));
  }
  corpus.Add("position", Text({2, 0, 0}) + position);
  corpus.Add("product-position", Text({5, 0, 0, 1, 1}) + position);
  corpus.Add("ordinal", Text({0, 0, 0, 1, 3}));
  corpus.Add("sealed", Text({0, 0, 0}) + SealToken({5, Time(), "cursor", 6}, 0, 1, 2));
  corpus.Add("altered", Text({14, 0, 0, 1, 2, 20, 'A', 2, 1, 3, 0, 0, 5, 'B'}));
}

void MakeRequests(const Corpus& corpus) {
  using nlohmann::json;
  const auto& log = SmallLog();
  const std::string license = log[10].subject;
  const std::string distribution = log[18].subject;
  const std::string unit = log[3].subject;
  const std::vector<std::tuple<std::string, std::string, json>> requests = {
      {"CreateOrganization", "555566667777", {{"FeatureSet", "ALL"}}},
      {"CreateOrganizationalUnit", "111122223333", {{"ParentId", unit}, {"Name", "x"}}},
      {"CreateAccount",
       "111122223333",
       {{"AccountId", "300000000001"}, {"Email", "a@b.example"}, {"AccountName", "x"}}},
      {"InviteAccountToOrganization",
       "111122223333",
       {{"Target", {{"Id", "300000000002"}, {"Type", "ACCOUNT"}}}}},
      {"CreateGrant",
       "999988887777",
       {{"ClientToken", "1"},
        {"GrantName", "g"},
        {"LicenseArn", license},
        {"Principals", {"arn:aws:iam::200000000001:root"}},
        {"HomeRegion", "us-east-1"},
        {"AllowedOperations", {"CreateGrant", "CheckoutLicense"}}}},
      {"CreateGrantVersion",
       "111122223333",
       {{"ClientToken", "2"}, {"GrantArn", distribution}, {"Status", "DISABLED"}}},
      {"PreviewGrantVersion", "111122223333", {{"GrantArn", distribution}, {"Status", "ACTIVE"}}},
      {"DeleteGrant", "111122223333", {{"GrantArn", distribution}, {"Version", "3"}}},
      {"GetGrant", "111122223333", {{"GrantArn", distribution}}},
      {"ListDistributedGrants",
       "111122223333",
       {{"MaxResults", 2}, {"Filters", {{{"Name", "GrantStatus"}, {"Values", {"ACTIVE"}}}}}}},
      {"CheckEntitlement",
       "200000000003",
       {{"AccountId", "200000000003"}, {"ProductSKU", "sku"}, {"IssuerName", "AWS/Marketplace"}}},
      {"ListAccounts", "111122223333", json::object()},
      {"ListReceivedLicenses", "200000000003", json::object()},
      {"WatchGrants", "111122223333", {{"FromLsn", 18}}},
      {"ListGrantChanges", "111122223333", {{"Lsn", 19}}},
      {"Compact", "111122223333", json::object()}};
  std::string all;
  for (const auto& [operation, caller, input] : requests) {
    const json request = {{"Operation", operation}, {"Caller", caller}, {"Input", input}};
    corpus.Add(operation, request.dump());
    all += request.dump() + "\n";
  }
  corpus.Add("all", all);
  corpus.Add("as-of", R"({"Operation":"ListAccounts","Caller":"111122223333","AsOf":6,"Input":{}})"
                      "\n"
                      R"({"Operation":"ListAccounts","Caller":"111122223333",)"
                      R"("AsOf":"2026-03-02T00:10:00Z","Time":"2026-04-01T00:00:00Z","Input":{}})");
  corpus.Add("zero-byte", R"({"Operation":"CreateOrganizationalUnit","Caller":"111122223333",)"
                          R"("Input":{"ParentId":")" +
                              unit + R"(","Name":"a\u0000b"}})");
}

void MakeImports(const Corpus& corpus) {
  const auto& log = SmallLog();
  for (std::size_t lsn = 1; lsn < log.size(); ++lsn) {
    corpus.Add("record-" + std::to_string(lsn),
               Text({3, static_cast<int>(lsn - 1)}) + BlockOf(log[lsn].payload));
  }
  std::string rest;
  for (std::size_t lsn = 18; lsn < log.size(); ++lsn) rest += BlockOf(log[lsn].payload);
  corpus.Add("whole", Text({4, 17}) + rest);
  corpus.Add("whole-in-place", Text({7, 17}) + rest);
  std::string lines = Text({8});
  for (std::size_t lsn = 0; lsn < 6; ++lsn) {
    const nlohmann::json line = {{"Lsn", lsn}, {"Payload", tools::ToBase64(log[lsn].payload)}};
    lines += line.dump() + "\n";
  }
  corpus.Add("lines", lines);
}

/// A write of a WAL: how many rows, a gap before it, and how long its first value is.
std::string WriteOf(int rows, bool gap, int size) {
  return Text({rows - 1 + (gap ? 128 : 0), size >> 8, size & 0xff});
}

void MakeWals(const Corpus& corpus) {
  corpus.Add("empty", "");
  corpus.Add("raw", Text({1}) + "not a log");
  corpus.Add("entries", Text({2}) + BlockOf("a") + BlockOf("") + BlockOf(std::string(300, 'c')));
  const std::string three = WriteOf(1, false, 1) + WriteOf(3, false, 2) + WriteOf(2, false, 0);
  const std::string long_ones = WriteOf(1, false, 600) + WriteOf(4, false, 1000);
  corpus.Add("whole", Text({0, 3}) + three);
  corpus.Add("gap",
             Text({0, 3}) + WriteOf(2, false, 1) + WriteOf(1, true, 1) + WriteOf(1, false, 1));
  corpus.Add("long", Text({0, 2}) + long_ones);
  corpus.Add("replaced", Text({0, 3}) + three + Text({1, 0, 0, 0, 40, 7, 0, 0}));
  corpus.Add("zeros", Text({0, 2}) + long_ones + Text({1, 1, 0, 200, 0, 0, 16, 0}));
  corpus.Add("cut", Text({0, 2}) + long_ones + Text({1, 2, 1, 0, 0, 0, 0, 0}));
  corpus.Add("taken-out", Text({0, 3}) + three + Text({1, 3, 0, 0, 30, 0, 0, 50}));
  corpus.Add("garbage", Text({0, 3}) + three + Text({0}) + "what was never written");
}

int Main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_corpus CORPUS\n");
    return 2;
  }
  const fs::path corpus = argv[1];
  MakeKeys(Corpus(corpus / "keys"));
  MakeFrames(Corpus(corpus / "frames"));
  MakeRecords(Corpus(corpus / "records"));
  MakeTokens(Corpus(corpus / "tokens"));
  MakeRequests(Corpus(corpus / "requests"));
  MakeImports(Corpus(corpus / "imports"));
  MakeWals(Corpus(corpus / "wals"));
  return 0;
}

}  // namespace
}  // namespace grantledger::fuzz

int main(int argc, char** argv) { return grantledger::fuzz::Main(argc, argv); }
