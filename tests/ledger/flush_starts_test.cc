// A flush that a thread was asked for, and an error that comes before that thread begins.
#include "ledger/flush_starts.h"

#include <gtest/gtest.h>
#include <rocksdb/convenience.h>

#include <chrono>
#include <future>
#include <thread>

#include "ledger/store.h"
#include "tests/ledger/faulty_fixture.h"

namespace grantledger {
namespace {

/// Keeps all threads that flush busy, until it ends.
class BusyThreads {
 public:
  BusyThreads() {
    rocksdb::Env* const env = rocksdb::Env::Default();
    const int threads = env->GetBackgroundThreads(rocksdb::Env::HIGH);
    const auto wait = [](void* ended) {
      const std::unique_ptr<Ended> mine(static_cast<Ended*>(ended));
      mine->wait();
    };
    for (int i = 0; i < threads; ++i) {
      env->Schedule(wait, std::make_unique<Ended>(ended_).release(), rocksdb::Env::HIGH);
    }
  }
  ~BusyThreads() { End(); }
  BusyThreads(const BusyThreads&) = delete;
  BusyThreads& operator=(const BusyThreads&) = delete;
  void End() {
    if (!std::exchange(ends_, true)) end_.set_value();
  }

 private:
  using Ended = std::shared_future<void>;
  bool ends_ = false;
  std::promise<void> end_;
  Ended ended_ = end_.get_future().share();
};

class FlushStartsTest : public FaultyFixture {
 protected:
  static rocksdb::Status Put(Store& store, Family family) {
    return store.db()->Put({}, store.handle(family), "row", "value");
  }
  /// Asks for a flush, and does not wait for it.
  static rocksdb::Status Flush(Store& store, Family family) {
    rocksdb::FlushOptions options;
    options.wait = false;
    options.allow_write_stall = true;
    return store.db()->Flush(options, store.handle(family));
  }
};

TEST_F(FlushStartsTest, AFlushThatHasNotBegunIsNotForgottenWhereAnErrorComes) {
  const auto store = Store::Open(directory_, Options{}, env_.get()).value();
  BusyThreads busy;
  ASSERT_TRUE(Put(*store, Family::kLog).ok());
  ASSERT_TRUE(Flush(*store, Family::kLog).ok());
  std::promise<void> failing;
  bool has_failed = false;
  files_->Set([&](FileCall call, const std::string& name) {
    const bool fails = call == FileCall::kCreate && IsWal(name);
    if (fails && !std::exchange(has_failed, true)) failing.set_value();
    return FileFault{.fails = fails};
  });
  std::thread ends_later([&] {
    failing.get_future().wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    busy.End();
  });
  ASSERT_TRUE(Put(*store, Family::kState).ok());
  EXPECT_FALSE(Flush(*store, Family::kState).ok());
  ends_later.join();
  files_->Set({});
  auto recovering = std::async(std::launch::async, [&] { return store->Recover(); });
  const bool ends = recovering.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
  EXPECT_TRUE(ends) << "recovering waits for a flush that no thread will do";
  if (!ends) rocksdb::CancelAllBackgroundWork(store->db(), /*wait=*/false);
  const Status recovered = recovering.get();
  EXPECT_TRUE(recovered.ok()) << recovered.message();
  for (const Family family : {Family::kLog, Family::kState}) {
    std::string at_level_0;
    EXPECT_TRUE(store->db()->GetProperty(store->handle(family), "rocksdb.num-files-at-level0",
                                         &at_level_0));
    EXPECT_EQ(at_level_0, "1");
  }
}

}  // namespace
}  // namespace grantledger
