#include "tools/record_import.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace grantledger::tools {
namespace {

/// A ledger that is shorter than what was given must not be taken for it.
TEST(RecordImport, WhatCanNotBeReadToItsEndIsNotImported) {
  std::ifstream golden(GRANTLEDGER_SMALL_LOG);
  const std::string text{std::istreambuf_iterator<char>(golden), {}};
  const std::string two = text.substr(0, text.find('\n', text.find('\n') + 1) + 1);
  std::string parent = (std::filesystem::temp_directory_path() / "grantledger-XXXXXX").string();
  ASSERT_NE(mkdtemp(parent.data()), nullptr);
  const std::string directory = parent + "/ledger";
  for (const bool fails : {true, false}) {
    std::array<int, 2> fds{};
    ASSERT_EQ(pipe(fds.data()), 0);
    ASSERT_EQ(write(fds[1], two.data(), two.size()), static_cast<ssize_t>(two.size()));
    close(fds[1]);
    LineReader lines(fds[0]);
    const auto last = ImportRecords(directory, lines, [&](std::uint64_t line) {
      // What is read next is a directory, which can't be.
      if (!fails || line != 1) return true;
      const int unreadable = open("/", O_RDONLY | O_CLOEXEC);
      EXPECT_EQ(dup2(unreadable, fds[0]), fds[0]);
      close(unreadable);
      return true;
    });
    close(fds[0]);
    if (fails) {
      ASSERT_FALSE(last.has_value());
      EXPECT_EQ(last.error().code(), Code::kIoError);
      EXPECT_EQ(last.error().message(), "reading: Is a directory");
      EXPECT_FALSE(std::filesystem::exists(directory));
    } else {
      ASSERT_TRUE(last.has_value()) << last.error().message();
      EXPECT_EQ(*last, 1U);
    }
  }
  std::filesystem::remove_all(parent);
}

}  // namespace
}  // namespace grantledger::tools
