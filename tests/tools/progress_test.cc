#include "tools/progress.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace grantledger::tools {
namespace {

using std::chrono::milliseconds;

class ProgressTest : public testing::Test {
 protected:
  ~ProgressTest() override {
    if (out_ != nullptr) std::fclose(out_);
    std::free(text_);
  }

  Progress Make(std::uint64_t total) {
    return {out_, total, "lines", [this] { return now_; }};
  }

  std::string Text() {
    std::fflush(out_);
    return {text_, size_};
  }

  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* out_ = open_memstream(&text_, &size_);
  Progress::Clock::time_point now_;
};

TEST_F(ProgressTest, ShowsNothingInTheFirstSecond) {
  Progress progress = Make(100);
  now_ += milliseconds(999);
  progress.Update(10, 10);
  progress.Clear();
  EXPECT_EQ(Text(), "");
}

/// As where the terminal is gone.
TEST_F(ProgressTest, EndsNoWorkWhereItCantBeShown) {
  std::FILE* const full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  (void)std::setvbuf(full, nullptr, _IONBF, 0);
  Progress progress(full, 100, "lines", [this] { return now_; });
  now_ += milliseconds(2000);
  EXPECT_NO_THROW(progress.Update(10, 10));
  EXPECT_NO_THROW(progress.Clear());
  std::fclose(full);
}

TEST_F(ProgressTest, ShowsAndClearsOneLine) {
  Progress progress = Make(4'000'000);
  now_ += milliseconds(2000);
  progress.Update(1'234'567, 1'000'000);
  progress.Update(1'234'568, 1'000'001);  // Too soon for another.
  progress.Clear();
  progress.Clear();
  EXPECT_EQ(Text(),
            "\r\x1b[K  [##########------------------------------] 25 %, 1,234,567 lines, "
            "617,283 lines/s\r\x1b[K");
}

TEST_F(ProgressTest, LeavesOutWhatItDoesNotKnow) {
  Progress progress = Make(0);
  now_ += milliseconds(1000);
  progress.Update(999, 5);
  EXPECT_EQ(Text(), "\r\x1b[K  999 lines, 999 lines/s");
}

TEST_F(ProgressTest, CountsInAnotherUnitUpToTheWhole) {
  Progress progress(out_, 8, "organizations", [this] { return now_; });
  now_ += milliseconds(2000);
  progress.Update(8);
  EXPECT_EQ(Text(),
            "\r\x1b[K  [########################################] 100 %, 8 organizations, "
            "4 organizations/s");
}

TEST_F(ProgressTest, IsSilentWithoutATerminal) {
  Progress progress(nullptr, 1);
  progress.Update(1, 1);
  progress.Clear();
}

}  // namespace
}  // namespace grantledger::tools
