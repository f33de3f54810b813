#include "tools/line_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>

namespace grantledger::tools {
namespace {

std::array<int, 2> MakePipe() {
  std::array<int, 2> fds{};
  EXPECT_EQ(pipe(fds.data()), 0);
  return fds;
}

class LineReaderTest : public testing::Test {
 protected:
  ~LineReaderTest() override {
    close(fds_[0]);
    if (fds_[1] >= 0) close(fds_[1]);
  }

  void Send(const std::string& text) const {
    ASSERT_EQ(write(fds_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  void End() {
    close(fds_[1]);
    fds_[1] = -1;
  }

  /// The next line as "number:text", or "end".
  std::string Next() {
    const auto line = reader_.Next();
    return line ? std::to_string(line->number) + ":" + std::string(line->text) : "end";
  }

  std::array<int, 2> fds_ = MakePipe();
  LineReader reader_{fds_[0]};
};

TEST_F(LineReaderTest, NumbersLines) {
  Send("one\n\nthree\n");
  EXPECT_EQ(Next(), "1:one");
  EXPECT_EQ(Next(), "2:");
  EXPECT_EQ(Next(), "3:three");
  End();
  EXPECT_EQ(Next(), "end");
  EXPECT_EQ(Next(), "end");
  EXPECT_EQ(reader_.bytes(), 11U);
  EXPECT_EQ(reader_.error(), 0);
}

TEST_F(LineReaderTest, TakesALastLineWithoutNewline) {
  Send("one\ntwo");
  End();
  EXPECT_EQ(Next(), "1:one");
  EXPECT_EQ(Next(), "2:two");
  EXPECT_EQ(Next(), "end");
}

TEST_F(LineReaderTest, IsReadyOnlyForWholeLines) {
  EXPECT_FALSE(reader_.Ready());
  Send("one\ntw");
  EXPECT_TRUE(reader_.Ready());
  EXPECT_EQ(Next(), "1:one");
  EXPECT_FALSE(reader_.Ready());
  Send("o\n");
  EXPECT_TRUE(reader_.Ready());
  EXPECT_EQ(Next(), "2:two");
  End();
  EXPECT_TRUE(reader_.Ready());
  EXPECT_EQ(Next(), "end");
}

TEST_F(LineReaderTest, ReadsLongLines) {
  const std::string longest(3'000'000, 'x');
  std::thread writer([&] {
    const std::string text = longest + "\nshort\n" + longest;
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t count = write(fds_[1], text.data() + at, text.size() - at);
      ASSERT_GT(count, 0);
      at += static_cast<std::size_t>(count);
    }
    End();
  });
  EXPECT_TRUE(Next() == "1:" + longest);  // Not EXPECT_EQ, which would print them.
  EXPECT_EQ(Next(), "2:short");
  EXPECT_TRUE(Next() == "3:" + longest);
  EXPECT_EQ(Next(), "end");
  writer.join();
}

TEST_F(LineReaderTest, WaitsOnDescriptorsThatDoNotBlock) {
  ASSERT_EQ(fcntl(fds_[0], F_SETFL, O_NONBLOCK), 0);
  EXPECT_FALSE(reader_.Ready());
  std::thread writer([&] { Send("late\n"); });
  EXPECT_EQ(Next(), "1:late");
  writer.join();
}

TEST(LineReaderErrorTest, TellsOfFailedReads) {
  const int fd = open("/", O_RDONLY | O_DIRECTORY);
  LineReader reader(fd);
  EXPECT_FALSE(reader.Next().has_value());
  EXPECT_EQ(reader.error(), EISDIR);
  close(fd);
}

}  // namespace
}  // namespace grantledger::tools
