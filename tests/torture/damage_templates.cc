#include "tests/torture/damage_templates.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include <grantledger/backup.h>

#include "ledger/store.h"
#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kKept = 25;  // records, where history is dropped

void Demand(const Status& status, const std::string& what) {
  if (!status.ok()) throw std::runtime_error(what + ": " + status.message());
}

/// RocksDB removes files that it does not need in the background.
void CopyOpen(const std::string& from, const std::string& to) {
  fs::create_directory(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    std::error_code error;
    fs::copy_file(entry.path(), fs::path(to) / entry.path().filename(), error);
    if (error && fs::exists(entry.path())) throw std::runtime_error("copying: " + error.message());
  }
}

/// One template on its way.
class TemplateMaking {
 public:
  TemplateMaking(const Workload& workload, const std::string& parent, const std::string& name)
      : workload_(workload), place_(parent + "/" + name) {
    made_.name = name;
    made_.directory = place_ + "/ledger";
    made_.options = TrialOptions();
    fs::create_directories(place_);
  }

  Options& options() { return made_.options; }
  [[nodiscard]] const std::string& directory() const { return made_.directory; }
  void CopyEmpty() { workload_.CopyEmpty(directory()); }

  void Open() {
    auto opened = Ledger::Open(directory(), options());
    if (!opened) throw std::runtime_error("opening: " + opened.error().message());
    ledger_ = std::move(*opened);
  }
  /// Keeps the files as they were, and as they are when it is closed.
  void Close() {
    Keep();
    ledger_.reset();
    Keep();
  }
  /// As the end of the process leaves it.
  void Kill() {
    const std::string killed = place_ + "/killed";
    CopyOpen(directory(), killed);
    ledger_.reset();
    fs::remove_all(directory());
    fs::rename(killed, directory());
    made_.is_claimed = options().durability == Durability::kSynced;
  }
  void Keep() {
    made_.earlier.push_back(place_ + "/earlier-" + std::to_string(made_.earlier.size()));
    CopyOpen(directory(), made_.earlier.back());
  }

  /// Up to a part of the workload, in hundredths.
  void WriteTo(std::size_t hundredths) {
    const std::size_t last = workload_.steps().size() * hundredths / 100;
    for (; ledger_->LastLsn() < last;) {
      const Workload::Step& step = workload_.steps()[ledger_->LastLsn()];
      const model::Json answer = tools::JsonApi(*ledger_).Execute(step.request);
      if (answer != step.answer) {
        throw std::runtime_error("another answer: " + answer.dump() + ", expected " +
                                 step.answer.dump());
      }
    }
    made_.last = ledger_->LastLsn();
  }
  void Compact() {
    if (const auto done = ledger_->Compact(); !done) Demand(done.error(), "compacting");
  }
  void Settle() { Demand(ledger_->Settle(), "settling"); }
  Ledger& ledger() { return *ledger_; }

  /// Rows that are there already are written again, and one family goes to a file alone: the others
  /// need the write-ahead log before.
  void NeedTwoLogs() {
    auto store = Store::Open(directory(), options(), nullptr);
    if (!store) Demand(store.error(), "opening the store");
    WriteAgain(**store, Family::kLog);
    WriteAgain(**store, Family::kIndex);
    const auto flushed =
        (*store)->db()->Flush(rocksdb::FlushOptions(), (*store)->handle(Family::kIndex));
    Demand(FromRocks(flushed, "flushing"), "one family");
    WriteAgain(**store, Family::kMember);
  }

  DamageTemplate Done() { return std::move(made_); }

 private:
  static void WriteAgain(Store& store, Family family) {
    RowIterator rows = store.Scan(family, "");
    for (int i = 0; i < 5 && rows.AtRow().value(); ++i, rows.Next()) {
      rocksdb::WriteBatch batch;
      Demand(FromRocks(batch.Put(store.handle(family), rows.key(), rows.value()), "writing"), "");
      Demand(store.Commit(&batch), "writing again");
    }
  }

  const Workload& workload_;
  std::string place_;
  DamageTemplate made_;
  std::unique_ptr<Ledger> ledger_;
};

/// Nothing but a write-ahead log.
DamageTemplate OneSession(TemplateMaking making, bool killed, Durability durability) {
  making.options().durability = durability;
  making.CopyEmpty();
  making.Open();
  making.WriteTo(50);
  making.Keep();
  making.WriteTo(90);
  killed ? making.Kill() : making.Close();
  return making.Done();
}

/// Nothing but table files.
DamageTemplate Settled(TemplateMaking making) {
  making.CopyEmpty();
  making.Open();
  making.WriteTo(60);
  making.Compact();
  making.Settle();
  making.Keep();
  making.WriteTo(90);
  making.Compact();
  making.Settle();
  making.Close();
  return making.Done();
}

/// Some of everything.
DamageTemplate Sessions(TemplateMaking making, bool killed) {
  making.CopyEmpty();
  for (const std::size_t part : {20U, 40U, 60U, 75U}) {
    making.Open();
    making.WriteTo(part);
    if (part == 40) making.Compact();
    if (part == 60) making.Settle();
    making.Close();
  }
  making.Open();
  making.WriteTo(90);
  killed ? making.Kill() : making.Close();
  return making.Done();
}

DamageTemplate Dropped(TemplateMaking making, bool killed, bool settled) {
  making.options().retention = KeepRecords{kKept};
  making.CopyEmpty();
  for (const std::size_t part : {40U, 80U}) {
    making.Open();
    making.WriteTo(part);
    making.Compact();
    if (settled) making.Settle();
    making.Close();
  }
  making.Open();
  making.WriteTo(90);
  killed ? making.Kill() : making.Close();
  return making.Done();
}

/// What its history was before is in no file of its own.
DamageTemplate Restored(TemplateMaking making) {
  const std::string original = making.directory() + "-original";
  making.CopyEmpty();
  making.Open();
  making.WriteTo(70);
  making.Compact();
  if (const auto made = making.ledger().Backup(making.directory() + "-backups", {}); !made) {
    Demand(made.error(), "backing up");
  }
  making.Close();
  fs::rename(making.directory(), original);
  const auto restored = RestoreLedger(making.directory() + "-backups", making.directory(), {});
  if (!restored) Demand(restored.error(), "restoring");
  making.Keep();
  making.Open();
  making.WriteTo(90);
  making.Close();
  return making.Done();
}

DamageTemplate Checkpoint(TemplateMaking making) {
  const std::string original = making.directory() + "-original";
  making.CopyEmpty();
  making.Open();
  making.WriteTo(50);
  making.Compact();
  making.Settle();
  making.WriteTo(90);
  making.Close();
  fs::rename(making.directory(), original);
  auto ledger = Ledger::Open(original, making.options());
  if (!ledger) Demand(ledger.error(), "opening");
  const auto made = (*ledger)->Checkpoint(making.directory());
  if (!made) Demand(made.error(), "making a checkpoint");
  return making.Done();
}

DamageTemplate TwoLogs(TemplateMaking making) {
  making.CopyEmpty();
  making.Open();
  making.WriteTo(90);
  making.Compact();
  making.Close();
  making.NeedTwoLogs();
  return making.Done();
}

}  // namespace

std::vector<DamageTemplate> MakeTemplates(const Workload& workload, const std::string& directory) {
  const auto named = [&](const char* name) { return TemplateMaking(workload, directory, name); };
  std::vector<DamageTemplate> made;
  made.push_back(OneSession(named("closed"), false, Durability::kSynced));
  made.push_back(OneSession(named("killed-synced"), true, Durability::kSynced));
  made.push_back(OneSession(named("killed-buffered"), true, Durability::kBuffered));
  made.push_back(Settled(named("settled")));
  made.push_back(Sessions(named("sessions"), false));
  made.push_back(Sessions(named("sessions-killed"), true));
  made.push_back(Dropped(named("dropped"), false, false));
  made.push_back(Dropped(named("dropped-settled"), false, true));
  made.push_back(Dropped(named("dropped-killed"), true, true));
  made.push_back(Restored(named("restored")));
  made.push_back(Checkpoint(named("checkpoint")));
  made.push_back(TwoLogs(named("two-logs")));
  return made;
}

}  // namespace grantledger::torture
