#include "bench/peers/field.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "bench/machine.h"
#include "bench/must.h"
#include "bench/peers/eager_store.h"
#include "bench/peers/ledger_store.h"
#include "bench/peers/lmdb_tables.h"
#include "bench/peers/postgres_store.h"
#include "bench/peers/rocks_tables.h"
#include "bench/peers/sqlite_store.h"
#include "bench/synthetic.h"
#include "bench/timing.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::size_t kProgressEvery = 100'000;
constexpr std::size_t kRarely = 100'000;
constexpr std::size_t kSeldom = 100;
constexpr std::size_t kListed = 100;
/// Activations that are made before anything is read, and what single accounts change then.
constexpr double kActivationsFirst = 4.5;

/// What is given back to the system first is not counted.
double OurMemory() {
  (void)malloc_trim(0);
  return static_cast<double>(MemoryOf(getpid()));
}

std::string Minutes(double seconds) {
  constexpr double kMinute = 60;
  return std::to_string(static_cast<int>(seconds / kMinute + 0.5)) + " min";
}

}  // namespace

std::vector<StoreKind> StoreKinds(Durability durability, std::size_t cache_bytes) {
  return {
      {"grantledger", false, durability,
       [=](const std::string& directory) {
         return std::make_unique<LedgerStore>(
             directory, Options{.durability = durability, .cache_bytes = cache_bytes});
       }},
      {"sqlite", true, durability,
       [=](const std::string& directory) {
         return OpenSqlite(directory, durability, cache_bytes);
       }},
      {"postgresql", true, durability,
       [=](const std::string& directory) {
         return OpenPostgres(directory, durability, cache_bytes);
       }},
      {"lmdb", true, durability,
       [=](const std::string& directory) {
         return std::make_unique<EagerStore>(
             directory, [=](const std::string& where) { return OpenLmdb(where, durability); });
       }},
      {"rocksdb", true, durability,
       [=](const std::string& directory) {
         return std::make_unique<EagerStore>(directory, [=](const std::string& where) {
           return OpenRocks(where, durability, cache_bytes);
         });
       }},
  };
}

Field::Field(const StoreKind& kind, Scratch& scratch, std::size_t accounts, double bulk_seconds)
    : kind_(kind), directory_(scratch.NewPath()) {
  if (kActivationsFirst * bulk_seconds > kMostSeconds) {
    throw TakesTooLong("making what is read would take about " +
                       Minutes(kActivationsFirst * bulk_seconds));
  }
  accounts_ = DrawAccounts(accounts);
  own_ = std::vector<std::atomic<std::uint64_t>>(accounts);
  memory_before_ = OurMemory();
  store_ = kind.make(directory_);
  session_ = store_->NewSession();
  Join();
}

/// What it wrote and did not sync is not to be written while the next store is measured.
Field::~Field() {
  session_.reset();
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
  sync();
}

void Field::Join() {
  const std::size_t accounts = accounts_.size();
  for (std::size_t done = 0; done < accounts;) {
    const std::size_t batch = std::min(kBatch, accounts - done);
    session_->Join(std::span(accounts_).subspan(done, batch));
    done += batch;
    if (done % kProgressEvery == 0 || done == accounts) {
      std::fprintf(stderr, "\r  %s: joining %zu of %zu%s", kind_.id.c_str(), done, accounts,
                   done == accounts ? "\n" : "");
    }
  }
}

double Field::Restart() {
  (void)ForReads();
  session_.reset();
  store_->Close();
  ForgetFilesIn(directory_);
  return Seconds([this] {
    store_->Open();
    session_ = store_->NewSession();
    Check(session_->Get(accounts_.back(), readable_.rarely_disabled).has_value(),
          "a grant is gone");
  });
}

double Field::Memory() const {
  return OurMemory() + static_cast<double>(store_->MemoryElsewhere()) - memory_before_;
}

Product Field::NewProduct() {
  session_->Issue(++products_);
  return products_;
}

Distribution Field::Activate(Product product) {
  Distribution distribution = 0;
  const double seconds = Seconds([&] {
    distribution = session_->Distribute(product);
    session_->SetAll(distribution, GrantStatus::kActive, Conflict::kReplace);
  });
  if (bulk_seconds_ == 0) bulk_seconds_ = seconds;
  Check(session_->Count(distribution)[GrantStatus::kActive] == accounts_.size(),
        "not every account is ACTIVE");
  return distribution;
}

void Field::ActivateUpTo(std::size_t distributions) {
  while (this->distributions() < distributions) (void)Activate();
}

AccountId Field::NewAccount() {
  if (known_.empty()) known_.insert(accounts_.begin(), accounts_.end());
  AccountId account;
  do account = AccountAt(arrivals_++);
  while (!known_.insert(account).second);
  return account;
}

GrantStatus Field::Flip(std::size_t account) {
  std::uint64_t own = own_[account];
  bool was_disabled = false;
  do {
    was_disabled = own / 2 == changes_of_all_ ? own % 2 == 1 : all_disabled_;
  } while (!own_[account].compare_exchange_weak(own, 2 * changes_of_all_ + (was_disabled ? 0 : 1)));
  return was_disabled ? GrantStatus::kActive : GrantStatus::kDisabled;
}

void Field::NoteAll(GrantStatus status) {
  all_disabled_ = status == GrantStatus::kDisabled;
  ++changes_of_all_;
}

void Field::Disable(Distribution distribution, std::size_t every) {
  for (std::size_t i = 0; i < accounts_.size(); i += every) {
    Check(session_->SetOne(accounts_[i], distribution, GrantStatus::kDisabled), "was refused");
  }
}

const Field::Readable& Field::ForReads() {
  std::call_once(made_readable_, [this] { MakeReadable(); });
  return readable_;
}

void Field::MakeReadable() {
  std::fprintf(stderr, "  %s: making what is read, and settling\n", kind_.id.c_str());
  store_->Settle();
  const auto accounts = static_cast<double>(accounts_.size());
  const auto before = static_cast<double>(store_->Bytes());
  readable_.bytes_per_account = before / accounts;
  readable_.rarely_disabled = Activate();
  readable_.product = products_;
  readable_.seldom_disabled = Activate();
  Disable(readable_.seldom_disabled, kSeldom);
  for (std::size_t i = 0; i < own_.size(); i += kSeldom) own_[i] = 2 * changes_of_all_ + 1;
  store_->Settle();
  readable_.bytes_per_grant = (static_cast<double>(store_->Bytes()) - before) / (2 * accounts);
  MakeMoments();
  Disable(readable_.rarely_disabled, kRarely);
  store_->Settle();
  readable_.all = List(readable_.rarely_disabled, std::nullopt);
  readable_.active = List(readable_.rarely_disabled, GrantStatus::kActive);
  readable_.one_in_100 = List(readable_.seldom_disabled, GrantStatus::kDisabled);
  readable_.one_in_100000 = List(readable_.rarely_disabled, GrantStatus::kDisabled);
}

/// The one with the list of those that are rarely DISABLED is switched off and on, so that the past
/// is not what the present is.
void Field::MakeMoments() {
  for (const auto status : {GrantStatus::kDisabled, GrantStatus::kActive}) {
    readable_.moments.push_back(session_->Now());
    session_->SetAll(readable_.rarely_disabled, status, Conflict::kReplace);
  }
}

/// Goes over the list once, and back to where half of its pages were passed.
Field::Listed Field::List(Distribution distribution, std::optional<GrantStatus> status) {
  std::vector<std::string> pages;
  std::string from;
  do {
    from = session_->List(distribution, status, from, kListed).next;
    if (!from.empty()) pages.push_back(from);
  } while (!from.empty());
  return {distribution, status, pages.empty() ? std::string() : pages[pages.size() / 2]};
}

double Fields::Expected(const StoreKind& kind, std::size_t accounts) const {
  const auto known = seconds_per_account_.find(kind.id);
  if (!kind.eager || known == seconds_per_account_.end()) return 0;
  return known->second * static_cast<double>(accounts);
}

Field& Fields::Get(const StoreKind& kind, std::size_t accounts) {
  const std::scoped_lock lock(mutex_);
  const bool open = field_ != nullptr && field_->kind().id == kind.id &&
                    field_->kind().durability == kind.durability &&
                    field_->accounts().size() == accounts;
  if (open) return *field_;
  if (field_ != nullptr && field_->bulk_seconds() > 0) {
    seconds_per_account_[field_->kind().id] =
        field_->bulk_seconds() / static_cast<double>(field_->accounts().size());
  }
  field_.reset();
  field_ = std::make_unique<Field>(kind, scratch_, accounts, Expected(kind, accounts));
  return *field_;
}

}  // namespace grantledger::bench
