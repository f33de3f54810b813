#include "ledger/names_in_order.h"

#include <string>

namespace grantledger {
namespace {

class OrderedFileSystem : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  [[nodiscard]] const char* Name() const override { return "grantledger.NamesInOrder"; }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (to.ends_with("/CURRENT")) {
      const std::string directory = to.substr(0, to.rfind('/'));
      std::unique_ptr<rocksdb::FSDirectory> opened;
      rocksdb::IOStatus synced = NewDirectory(directory, options, &opened, debug);
      if (synced.ok()) synced = opened->Fsync(options, debug);
      if (!synced.ok()) return synced;
    }
    return FileSystemWrapper::RenameFile(from, to, options, debug);
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> NamesInOrder(
    const std::shared_ptr<rocksdb::FileSystem>& files) {
  return std::make_shared<OrderedFileSystem>(files);
}

}  // namespace grantledger
