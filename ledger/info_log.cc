#include "ledger/info_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <new>
#include <utility>

namespace grantledger {

std::string_view Name(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      break;
  }
  return "error";
}

namespace {

constexpr std::size_t kLongestMessage = 4096;
using Line = std::array<char, kLongestMessage>;

/// A message as it stands in the file. Allocates nothing.
std::string_view Format(LogLevel level, std::string_view text, Line& line) noexcept {
  timespec now{};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  std::tm parts{};
  (void)gmtime_r(&now.tv_sec, &parts);
  std::array<char, 32> time{};
  (void)std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  constexpr long kNsOfMs = 1'000'000;
  const int size = std::snprintf(line.data(), line.size() - 1, "%s.%03ldZ %s %.*s", time.data(),
                                 now.tv_nsec / kNsOfMs, Name(level).data(),
                                 static_cast<int>(text.size()), text.data());
  if (size < 0) return {};
  const std::size_t end = std::min(static_cast<std::size_t>(size), line.size() - 2);
  line.at(end) = '\n';
  return {line.data(), end + 1};
}

LogLevel LevelOf(rocksdb::InfoLogLevel level) {
  if (level == rocksdb::WARN_LEVEL) return LogLevel::kWarning;
  return level == rocksdb::ERROR_LEVEL || level == rocksdb::FATAL_LEVEL ? LogLevel::kError
                                                                        : LogLevel::kInfo;
}

/// Warnings of what is as it should be: that its file of options was not written (MachineEnv), and
/// that more than one keeps files from being removed, as a copy and RocksDB's own code for it do.
bool IsNoWarning(std::string_view format) {
  constexpr std::array<std::string_view, 3> kOf = {"persist options",
                                                   "File Deletions Disabled, but already",
                                                   "File Deletions Enable, but not really"};
  return std::ranges::any_of(
      kOf, [format](std::string_view one) { return format.find(one) != std::string_view::npos; });
}

class InfoLog : public rocksdb::Logger {
 public:
  explicit InfoLog(std::shared_ptr<grantledger::Logger> logger)
      : Logger(rocksdb::WARN_LEVEL), logger_(std::move(logger)) {}
  ~InfoLog() override { closed_ = true; }

  /// All options, at every opening.
  void LogHeader(const char* /*format*/, va_list /*list*/) override {}
  void Logv(const char* format, va_list list) override { Logv(rocksdb::WARN_LEVEL, format, list); }
  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list list) override {
    if (level < GetInfoLogLevel() || IsNoWarning(format)) return;
    std::array<char, kLongestMessage> text{};
    const int size = std::vsnprintf(text.data(), text.size(), format, list);
    if (size < 0) return;
    std::string_view message(text.data(),
                             std::min(static_cast<std::size_t>(size), text.size() - 1));
    while (message.ends_with('\n')) message.remove_suffix(1);
    logger_->Log(LevelOf(level), message);
  }

 private:
  rocksdb::Status CloseImpl() override { return {}; }

  std::shared_ptr<grantledger::Logger> logger_;
};

}  // namespace

LedgerLog::LedgerLog(const Options& options, const std::string& directory)
    : told_(options.logger),
      path_(told_ == nullptr && !options.read_only ? directory + "/LOG" : ""),
      old_path_(path_ + ".old") {}

LedgerLog::~LedgerLog() { CloseFile(); }

void LedgerLog::Opened(std::shared_ptr<const DirectoryLock> home) noexcept {
  const std::scoped_lock lock(mutex_);
  home_ = std::move(home);
  is_open_ = true;
  if (!held_.empty()) Write(held_);
  held_.clear();
}

void LedgerLog::Log(LogLevel level, std::string_view text) noexcept {
  if (told_ != nullptr) return told_->Log(level, text);
  if (path_.empty()) return;
  Line line{};
  const std::string_view formatted = Format(level, text, line);
  const std::scoped_lock lock(mutex_);
  if (is_open_) return Write(formatted);
  constexpr std::size_t kMostHeld = std::size_t{64} << 10;
  if (held_.size() + formatted.size() > kMostHeld) return;
  try {
    held_ += formatted;
  } catch (const std::bad_alloc&) {  // then it is dropped
  }
}

void LedgerLog::Write(std::string_view line) noexcept {
  constexpr off_t kMost = off_t{1} << 20;
  if (size_ > kMost && IsHome() && rename(path_.c_str(), old_path_.c_str()) == 0) CloseFile();
  if (size_ > 2 * kMost) return;  // it can't be put aside, and must not grow for ever
  if (file_ < 0 && !OpenFile()) return;
  const ssize_t written = write(file_, line.data(), line.size());
  if (written > 0) size_ += written;
}

bool LedgerLog::OpenFile() noexcept {
  constexpr mode_t kMode = 0644;
  if (!IsHome()) return false;
  file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode);
  struct stat status {};
  size_ = file_ >= 0 && fstat(file_, &status) == 0 ? status.st_size : 0;
  return file_ >= 0;
}

void LedgerLog::CloseFile() noexcept {
  if (file_ >= 0) (void)close(file_);
  file_ = -1;
  size_ = 0;
}

std::shared_ptr<rocksdb::Logger> MakeInfoLog(std::shared_ptr<Logger> logger) {
  return std::make_shared<InfoLog>(std::move(logger));
}

}  // namespace grantledger
