// Makes the seeds of the corpora: fuzz_corpus CORPUS. From the golden values of tests/codec, and
// the small ledger. What a campaign found is added by hand, under a name that says what it was.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "codec/frame.h"
#include "codec/row_shapes.h"
#include "tests/codec/golden_records.h"
#include "tests/codec/golden_rows.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/targets.h"

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

/// A key for each shape, of small parts, behind a recipe that reads and writes its parts.
void MakeKeys(const Corpus& corpus) {
  const Path path = ChildPath(ChildPath(Path(), 300), 2);
  for (const RowShape& shape : RowShapes()) {
    KeyWriter key(shape.tag);
    std::uint64_t recipe = 0;
    int shift = 0;
    for (const KeyPart& part : shape.parts) {
      std::uint64_t digit = 1;
      switch (part.kind) {
        case KeyPartKind::kUint:
          key.Uint(1000);
          break;
        case KeyPartKind::kAccount:
          key.Account(AccountId(444455556666));
          digit = 3;
          break;
        case KeyPartKind::kNewestFirst:
          key.NewestFirst(1002);
          digit = 4;
          break;
        case KeyPartKind::kPlacePath:
          key.PlacePath(path);
          digit = 5;
          break;
        case KeyPartKind::kText:
          key.Text("ou-ab12-cdefgh34");
          digit = 7;
          break;
        case KeyPartKind::kTag:
          key.Tag(part.name[0]);
          digit = 0;
          break;
        case KeyPartKind::kLsn:
          break;
      }
      recipe |= digit << shift;
      shift += 3;
    }
    std::string name = shape.name;
    for (char& c : name) c = c == ' ' ? '-' : c;
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

void MakeTables(const Corpus& corpus) {
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
  for (int kind = 0; kind < 19; ++kind) {
    corpus.Add("start-" + std::to_string(kind), Text({kind, 0, 0}));
  }
  corpus.Add("position", Text({2, 0, 0}) + position);
  corpus.Add("product-position", Text({5, 0, 0, 1, 1}) + position);
  corpus.Add("ordinal", Text({0, 0, 0, 1, 3}));
  corpus.Add("text", Text({0, 0, 0}) + "AQAAAAAAAAAXAAABm8sN");
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
               Text({1, static_cast<int>(lsn - 1)}) + BlockOf(log[lsn].payload));
  }
  std::string rest;
  for (std::size_t lsn = 18; lsn < log.size(); ++lsn) rest += BlockOf(log[lsn].payload);
  corpus.Add("whole", Text({2, 17}) + rest);
}

void MakeWals(const Corpus& corpus) {
  corpus.Add("empty", "");
  corpus.Add("one", Text({0, 0, 9}) + BlockOf("a write"));
  corpus.Add("three",
             Text({0, 0, 20}) + BlockOf("a") + BlockOf("") + BlockOf(std::string(300, 'c')));
  corpus.Add("two-blocks", Text({0, 128, 3}) + BlockOf(std::string(40'000, 'x')) + BlockOf("y"));
}

int Main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_corpus CORPUS\n");
    return 2;
  }
  const fs::path corpus = argv[1];
  MakeKeys(Corpus(corpus / "keys"));
  MakeFrames(Corpus(corpus / "frames"));
  MakeTables(Corpus(corpus / "tables"));
  MakeTokens(Corpus(corpus / "tokens"));
  MakeRequests(Corpus(corpus / "requests"));
  MakeImports(Corpus(corpus / "imports"));
  MakeWals(Corpus(corpus / "wals"));
  return 0;
}

}  // namespace
}  // namespace grantledger::fuzz

int main(int argc, char** argv) { return grantledger::fuzz::Main(argc, argv); }
