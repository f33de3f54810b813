// Lines from a file descriptor: of any length, with or without a newline at the end.
#ifndef GRANTLEDGER_TOOLS_LINE_READER_H_
#define GRANTLEDGER_TOOLS_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grantledger::tools {

struct Line {
  std::uint64_t number = 0;  ///< From 1.
  std::string_view text;     ///< Without its newline.
};

/// A line for which there is no memory is thrown (std::bad_alloc), and is the end.
class LineReader {
 public:
  /// Does not close `fd`.
  explicit LineReader(int fd) : fd_(fd) {}

  /// The next line, for which it waits; nullopt at the end of the input, or where reading fails
  /// (see error()). Its text is valid until the next call of a member function.
  std::optional<Line> Next();

  /// Whether Next() would answer without waiting. Never waits itself.
  bool Ready();

  /// The errno of a failed read; 0 where none failed.
  [[nodiscard]] int error() const { return error_; }

  /// How many bytes stood in the lines that were handed out, newlines included.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  /// Waits up to `timeout_ms` (-1: for ever) for bytes and takes them. False where there are none.
  bool Fill(int timeout_ms);
  /// Whether the buffer has a whole line, or input has ended.
  bool Complete();
  Line Take(std::size_t size, std::size_t newline_size);

  int fd_;
  std::string buffer_;
  std::size_t begin_ = 0;    ///< Where the next line begins in the buffer.
  std::size_t scanned_ = 0;  ///< Up to here there is no newline.
  bool ended_ = false;
  int error_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_LINE_READER_H_
