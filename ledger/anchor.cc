#include "ledger/anchor.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <xxhash.h>

#include "ledger/claimed_files.h"
#include "ledger/little_endian.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

constexpr std::string_view kFileName = "/ANCHOR";
constexpr std::size_t kPage = 4096;
/// Two that are synced in turn, and one that is not.
constexpr std::size_t kDurablePages = 2;
constexpr std::size_t kPages = kAnchorBytes / kPage;
constexpr std::string_view kMagic = "GLANCHOR";

// A page: the magic, numbers of 8 bytes each, little-endian, and the XXH3-64 of all before it.
struct Page {
  std::uint64_t number = 0;  ///< Counts what was written; the highest is the latest.
  AnchorClaim claim;
};
constexpr std::size_t kNumbers = 10;
constexpr std::size_t kHashed = kMagic.size() + kNumbers * sizeof(std::uint64_t);

void Append(std::string* out, std::uint64_t number) {
  for (unsigned i = 0; i < sizeof(number); ++i) out->push_back(static_cast<char>(number >> 8 * i));
}

std::uint64_t NumberAt(std::string_view page, std::size_t index) {
  constexpr std::size_t kBytes = sizeof(std::uint64_t);
  return LittleEndian(page.substr(kMagic.size() + index * kBytes, kBytes));
}

std::string EncodePage(const Page& page) {
  std::string bytes(kMagic);
  Append(&bytes, page.number);
  Append(&bytes, static_cast<std::uint64_t>(page.claim.state));
  Append(&bytes, page.claim.end.lsn);
  Append(&bytes, page.claim.end.checksum);
  Append(&bytes, page.claim.manifest.number);
  Append(&bytes, page.claim.manifest.bytes);
  Append(&bytes, page.claim.manifest.hash);
  Append(&bytes, page.claim.wal.number);
  Append(&bytes, page.claim.wal.sequence);
  Append(&bytes, page.claim.tables);
  Append(&bytes, XXH3_64bits(bytes.data(), bytes.size()));
  return bytes;
}

/// Nullopt: it does not verify.
std::optional<Page> Decode(std::string_view bytes) {
  if (bytes.size() < kHashed + sizeof(std::uint64_t) || !bytes.starts_with(kMagic)) {
    return std::nullopt;
  }
  if (NumberAt(bytes, kNumbers) != XXH3_64bits(bytes.data(), kHashed)) return std::nullopt;
  Page page;
  page.number = NumberAt(bytes, 0);
  page.claim.state = static_cast<AnchorClaim::State>(NumberAt(bytes, 1));
  page.claim.end = {NumberAt(bytes, 2), NumberAt(bytes, 3)};
  page.claim.manifest = {NumberAt(bytes, 4), NumberAt(bytes, 5), NumberAt(bytes, 6)};
  page.claim.wal = {NumberAt(bytes, 7), NumberAt(bytes, 8)};
  page.claim.tables = NumberAt(bytes, 9);
  return page;
}

Status Because(const rocksdb::Status& cause, const std::string& what) {
  return {Code::kIoError, what + " (" + cause.ToString() + ")"};
}

struct Pages {
  std::optional<Page> durable;
  std::size_t durable_at = 0;  ///< Which page that is.
  std::optional<Page> noted;

  /// What both claim, and the last number.
  [[nodiscard]] Page Latest() const {
    Page latest = *durable;
    if (!noted) return latest;
    latest.number = std::max(latest.number, noted->number);
    if (noted->claim.end.lsn > latest.claim.end.lsn) latest.claim.end = noted->claim.end;
    return latest;
  }
};

Result<std::optional<Pages>> ReadPages(const std::string& directory, rocksdb::Env* env) {
  const std::string path = directory + std::string(kFileName);
  const rocksdb::Status there = env->FileExists(path);
  if (there.IsNotFound()) return std::optional<Pages>();
  if (!there.ok()) return Because(there, "looking for " + path);
  std::string bytes;
  if (const auto read = rocksdb::ReadFileToString(env, path, &bytes); !read.ok()) {
    return Because(read, "reading " + path);
  }
  Pages pages;
  for (std::size_t i = 0; i < kPages && i * kPage < bytes.size(); ++i) {
    const auto page = Decode(std::string_view(bytes).substr(i * kPage, kPage));
    std::optional<Page>& known = i < kDurablePages ? pages.durable : pages.noted;
    if (!page || (known && known->number > page->number)) continue;
    known = page;
    if (i < kDurablePages) pages.durable_at = i;
  }
  if (!pages.durable) {
    return LessThanClaimed(directory, "no page of its file ANCHOR verifies",
                           "one that says what the ledger holds");
  }
  return std::optional(pages);
}

}  // namespace

Result<std::optional<AnchorClaim>> ReadAnchor(const std::string& directory, rocksdb::Env* env) {
  GL_ASSIGN_OR_RETURN(const auto pages, ReadPages(directory, env));
  if (!pages) return std::optional<AnchorClaim>();
  return std::optional(pages->Latest().claim);
}

bool BrokenPage::IsCut() const { return bytes.size() < kHashed + sizeof(std::uint64_t); }

std::optional<BrokenPage> FindBrokenPage(const std::string& directory, rocksdb::Env* env) {
  std::string bytes;
  const std::string path = directory + std::string(kFileName);
  if (!rocksdb::ReadFileToString(env, path, &bytes).ok()) return std::nullopt;
  std::optional<BrokenPage> broken;
  std::optional<Page> other;
  for (std::size_t i = 0; i < kDurablePages; ++i) {
    const auto page = std::string_view(bytes).substr(std::min(i * kPage, bytes.size()), kPage);
    if (const auto read = Decode(page)) {
      other = read;
    } else {
      broken = {i + 1, std::string(page), bytes.size()};
    }
  }
  if (!broken || !other) return std::nullopt;
  // The first of all is page 1, and page 2 is written before that is written again.
  const bool is_empty = broken->bytes.find_first_not_of('\0') == std::string::npos;
  if (broken->number == 2 && other->number == 0 && is_empty && !broken->IsCut()) {
    return std::nullopt;
  }
  return broken;
}

Result<std::unique_ptr<Anchor>> Anchor::Open(const std::string& directory, rocksdb::Env* env,
                                             const AnchorClaim& first,
                                             std::shared_ptr<const DirectoryLock> lock) {
  std::unique_ptr<Anchor> anchor(new Anchor(directory, env, std::move(lock)));
  const std::string path = directory + std::string(kFileName);
  GL_ASSIGN_OR_RETURN(const auto pages, ReadPages(directory, env));
  if (pages) {
    const Page latest = pages->Latest();
    anchor->claim_ = latest.claim;
    anchor->number_ = latest.number;
    anchor->durable_at_ = pages->durable_at;
  } else {
    anchor->claim_ = first;
    std::string bytes = EncodePage({0, first});
    bytes.resize(kPages * kPage, '\0');
    // In one step: a file that is there has a claim.
    const std::string temporary = path + ".dbtmp";
    rocksdb::Status made = rocksdb::WriteStringToFile(env, bytes, temporary, /*should_sync=*/true);
    if (made.ok()) made = env->RenameFile(temporary, path);
    std::unique_ptr<rocksdb::Directory> parent;
    if (made.ok()) made = env->NewDirectory(directory, &parent);
    if (made.ok()) made = parent->Fsync();
    if (!made.ok()) return Because(made, "writing " + path);
  }
  const auto opened = env->NewRandomRWFile(path, &anchor->file_, rocksdb::EnvOptions());
  if (!opened.ok()) return Because(opened, "opening " + path);
  GL_RETURN_IF_ERROR(anchor->CheckHome());  // else it may be another's
  return anchor;
}

AnchorClaim Anchor::claim() const {
  const std::scoped_lock lock(mutex_);
  return claim_;
}

Status Anchor::ClaimEnd(const LogEnd& end, AnchorClaim::State state) {
  const std::scoped_lock lock(mutex_);
  AnchorClaim claim = claim_;
  claim.state = state;
  claim.end = end;
  return WriteDurably(claim);
}

Status Anchor::ClaimManifest(rocksdb::DB& db) {
  const std::scoped_lock lock(mutex_);
  // Its own file is open; all else is read by its path.
  GL_RETURN_IF_ERROR(CheckHome());
  AnchorClaim claim = claim_;
  claim.wal = FindWalStart(db);
  claim.tables = SumOfTables(db);
  GL_ASSIGN_OR_RETURN(claim.manifest, SyncManifest(db, env_));
  // Files may have changed meanwhile.
  if (claim.tables != SumOfTables(db)) claim.tables = 0;
  // What was needed no more is not needed again, and may be there still.
  if (claim.wal.number == 0 || claim.wal.number != FirstNeededWal(db)) {
    claim.wal = {claim_.wal.number, 0};
  }
  GL_RETURN_IF_ERROR(CheckHome());
  return WriteDurably(claim);
}

Status Anchor::NoteEnd(const LogEnd& end) {
  const std::scoped_lock lock(mutex_);
  AnchorClaim claim = claim_;
  claim.end = end;
  return WritePage(kDurablePages, claim);
}

Status Anchor::WriteDurably(const AnchorClaim& claim) {
  constexpr auto kCreating = AnchorClaim::State::kCreating;
  const bool is_made = claim_.state == kCreating && claim.state != kCreating;
  GL_RETURN_IF_ERROR(WriteOtherPage(claim));
  // Should that page be damaged one day, the other must not say that nothing was ever answered.
  return is_made ? WriteOtherPage(claim) : Status();
}

Status Anchor::WriteOtherPage(const AnchorClaim& claim) {
  // Not over what is durable, whatever becomes of this.
  const std::size_t page = (durable_at_ + 1) % kDurablePages;
  GL_RETURN_IF_ERROR(WritePage(page, claim));
  const auto synced = file_->Fsync();
  if (!synced.ok()) return Because(synced, "syncing the ledger's file ANCHOR");
  durable_at_ = page;
  claim_ = claim;
  return {};
}

Status Anchor::WritePage(std::size_t page, const AnchorClaim& claim) {
  const std::string bytes = EncodePage({number_ + 1, claim});
  const auto written = file_->Write(page * kPage, bytes);
  if (!written.ok()) return Because(written, "writing the ledger's file ANCHOR");
  ++number_;
  return {};
}

}  // namespace grantledger
