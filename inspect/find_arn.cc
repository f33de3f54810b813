// Ids as people copy them: without the ARN around them, or cut short.
#include <algorithm>
#include <charconv>
#include <vector>

#include "codec/arn.h"
#include "inspect/inspector.h"
#include "ledger/errors.h"
#include "ledger/target.h"

namespace grantledger {
namespace {

constexpr std::size_t kDigitsOfHalf = 16;
constexpr std::size_t kFewestDigits = 4;
constexpr int kBitsOfDigit = 4;
/// Of so many member grants the id is computed at most, which takes some seconds.
constexpr std::uint64_t kMostTried = 100'000'000;
constexpr std::size_t kMostNamed = 20;

/// The first digits of the id of a grant or a license.
class IdPart {
 public:
  /// "g-" or "l-" and digits, of which the last may be missing, or stand for all that follow ("…").
  static Result<IdPart> Read(std::string_view id) {
    constexpr std::string_view kCut = "…";
    std::string_view text = id;
    if (text.ends_with(kCut)) text.remove_suffix(kCut.size());
    const bool has_kind = text.starts_with("l-") || text.starts_with("g-");
    const std::string_view digits = has_kind ? text.substr(2) : std::string_view();
    IdPart part;
    part.kind_ = text.starts_with("l-") ? IdKind::kLicense : IdKind::kGrant;
    const std::string_view low = digits.substr(std::min(digits.size(), kDigitsOfHalf));
    const bool is_id =
        digits.size() >= kFewestDigits && low.size() <= kDigitsOfHalf &&
        ReadHalf(digits.substr(0, kDigitsOfHalf), &part.begin_.high, &part.known_.high) &&
        ReadHalf(low, &part.begin_.low, &part.known_.low);
    if (is_id) return part;
    return Invalid("the id", Quoted(id),
                   "an ARN, or g- (of a grant) or l- (of a license) and 4 to 32 of its digits");
  }

  [[nodiscard]] IdKind kind() const { return kind_; }
  /// All of its digits are known.
  [[nodiscard]] bool is_whole() const { return ~known_.low == 0; }
  /// REQUIRES: is_whole.
  [[nodiscard]] ResourceId id() const { return begin_; }
  [[nodiscard]] bool Begins(ResourceId id) const {
    return ((id.high ^ begin_.high) & known_.high) == 0 &&
           ((id.low ^ begin_.low) & known_.low) == 0;
  }

 private:
  /// The digits as the first ones of a half, and a mask of their bits.
  static bool ReadHalf(std::string_view digits, std::uint64_t* half, std::uint64_t* known) {
    if (digits.empty()) return true;
    constexpr int kBase = 16;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, *half, kBase);
    if (error != std::errc() || stop != end) return false;
    const auto missing = static_cast<int>(kDigitsOfHalf - digits.size()) * kBitsOfDigit;
    *half <<= missing;
    *known = ~std::uint64_t{0} << missing;
    return true;
  }

  IdKind kind_ = IdKind::kGrant;
  ResourceId begin_;
  ResourceId known_;
};

/// Computes ids, and keeps the ARNs of those that begin so.
class Search {
 public:
  Search(View& view, const IdPart& part) : view_(view), part_(part) {}

  Status TryLicenses() {
    for (std::uint64_t ordinal = 1;; ++ordinal) {
      GL_ASSIGN_OR_RETURN(const auto row, view_.License(ordinal));
      if (!row) return {};  // newer than the moment, as all behind it
      const ResourceId id = view_.ids().Encode(IdKind::kLicense, ordinal, AccountId());
      if (part_.Begins(id)) found_.push_back(LicenseArnOf(AccountId(row->issuer), id));
    }
  }

  /// Direct grants and distributions.
  Status TryGrants() {
    for (std::uint64_t ordinal = 1;; ++ordinal) {
      GL_ASSIGN_OR_RETURN(const auto head, view_.Grant(ordinal));
      if (!head) return {};
      const Given grant{AccountId(head->grantor), ordinal};
      if (head->grantee == 0) distributions_.push_back(grant);
      TryGrant(grant, AccountId());
    }
  }

  /// The member grants that the account may have. False: they would be too many.
  bool TryMembersOf(AccountId account) {
    tried_ += distributions_.size();
    if (!tried_all()) return false;
    for (const Given& distribution : distributions_) TryGrant(distribution, account);
    return true;
  }
  /// Not every account has a member grant of every distribution.
  void KeepThoseThatExist() {
    std::erase_if(found_, [this](const std::string& arn) { return !ResolveGrant(view_, arn); });
  }

  [[nodiscard]] bool tried_all() const { return tried_ <= kMostTried; }
  [[nodiscard]] const std::vector<std::string>& found() const { return found_; }

 private:
  struct Given {
    AccountId grantor;
    std::uint64_t ordinal = 0;
  };

  void TryGrant(const Given& grant, AccountId account) {
    const ResourceId id = view_.ids().Encode(IdKind::kGrant, grant.ordinal, account);
    if (part_.Begins(id)) found_.push_back(GrantArnOf(grant.grantor, id));
  }

  View& view_;
  const IdPart& part_;
  std::vector<Given> distributions_;
  std::vector<std::string> found_;
  std::uint64_t tried_ = 0;
};

Result<std::string> TheOne(const Search& search, std::string_view id, IdKind kind) {
  const std::vector<std::string>& found = search.found();
  if (!search.tried_all()) {
    return Invalid("the id", Quoted(id),
                   "all of its digits: there are too many member grants to try each");
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return NotThere("the id", id, kind == IdKind::kLicense ? "license" : "grant");
  std::string named;
  for (std::size_t i = 0; i < std::min(found.size(), kMostNamed); ++i) named += ", " + found[i];
  return Invalid("the id", Quoted(id),
                 "more of its digits: " + std::to_string(found.size()) + " begin so" + named +
                     (found.size() > kMostNamed ? ", …" : ""));
}

/// What a whole id says by itself. Nullopt: it names none that exists at the moment.
Result<std::optional<std::string>> Decoded(const View& view, const IdPart& part) {
  const std::optional<std::string> none;
  const auto decoded = view.ids().Decode(part.id());
  if (!decoded || decoded->kind != part.kind()) return none;
  if (part.kind() == IdKind::kLicense) {
    GL_ASSIGN_OR_RETURN(const auto row, view.License(decoded->ordinal));
    return row ? std::optional(LicenseArnOf(AccountId(row->issuer), part.id())) : none;
  }
  GL_ASSIGN_OR_RETURN(const auto head, view.Grant(decoded->ordinal));
  return head ? std::optional(GrantArnOf(AccountId(head->grantor), part.id())) : none;
}

}  // namespace

Result<std::string> StoreInspector::FindArn(std::string_view id, Lsn at) {
  if (id.starts_with("arn:")) return std::string(id);
  GL_ASSIGN_OR_RETURN(const IdPart part, IdPart::Read(id));
  if (!has_identity_) {
    return RowCorruption(
        Family::kLog, LogKey(0),
        "the ledger's identity is missing or damaged, without which no id is known");
  }
  View view = ViewAt(at);
  if (part.is_whole()) {
    GL_ASSIGN_OR_RETURN(auto found, Decoded(view, part));
    if (found) return *std::move(found);
    return NotThere("the id", id, part.kind() == IdKind::kLicense ? "license" : "grant");
  }
  Search search(view, part);
  if (part.kind() == IdKind::kLicense) {
    GL_RETURN_IF_ERROR(search.TryLicenses());
    return TheOne(search, id, part.kind());
  }
  GL_RETURN_IF_ERROR(search.TryGrants());
  GL_RETURN_IF_ERROR(
      VisitAccounts([&search](AccountId account) { return search.TryMembersOf(account); }));
  search.KeepThoseThatExist();
  return TheOne(search, id, part.kind());
}

}  // namespace grantledger
