#include "ledger/resuming.h"

#include <chrono>
#include <system_error>

#include <rocksdb/convenience.h>

namespace grantledger {
namespace {

constexpr std::chrono::seconds kPatience(2);

}  // namespace

rocksdb::Status Resuming::Run(const std::function<rocksdb::Status()>& resume) {
  if (!goes_on()) {
    try {
      resumed_ = std::async(std::launch::async, resume);
    } catch (const std::system_error& error) {
      return rocksdb::Status::IOError("no thread can be started", error.what());
    }
  }
  if (resumed_.wait_for(kPatience) != std::future_status::ready) {
    return rocksdb::Status::TimedOut("what it does in the background has not ended yet");
  }
  return resumed_.get();
}

void Resuming::Stop(rocksdb::DB& db) {
  if (!goes_on()) return;
  rocksdb::CancelAllBackgroundWork(&db, /*wait=*/false);
  resumed_.wait();
  resumed_ = {};
}

}  // namespace grantledger
