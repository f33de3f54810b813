#include "tests/tools/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace grantledger::tools {
namespace {

constexpr int kPatienceMs = 10'000;
constexpr int kSignalled = 1000;
constexpr int kCannotStart = 127;

/// Becomes `command`, with these as its standard streams.
[[noreturn]] void Become(const std::vector<std::string>& command, int in, int out, int errors) {
  std::vector<char*> arguments;
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  (void)std::signal(SIGPIPE, SIG_DFL);
  execv(arguments[0], arguments.data());
  _exit(kCannotStart);
}

}  // namespace

std::string ProgramPath(const std::string& name) {
  const char* const directory = std::getenv("PROGRAMS_PATH");
  if (directory == nullptr) throw std::runtime_error("PROGRAMS_PATH is not set");
  return directory + ("/" + name);
}

Process::Process(const std::vector<std::string>& command) {
  (void)std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  errors_ = memfd_create("errors", MFD_CLOEXEC);
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) std::abort();
  pid_ = fork();
  if (pid_ == 0) Become(command, in[0], out[1], errors_);
  close(in[0]);
  close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

Process::~Process() {
  EndInput();
  CloseOutput();
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    Wait();
  }
  close(errors_);
}

bool Process::Send(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t count = write(input_, text.data() + at, text.size() - at);
    if (count <= 0) return false;
    at += static_cast<std::size_t>(count);
  }
  return true;
}

void Process::EndInput() {
  if (input_ >= 0) close(input_);
  input_ = -1;
}

void Process::CloseOutput() {
  if (output_ >= 0) close(output_);
  output_ = -1;
}

bool Process::HasOutput(int timeout_ms) {
  pollfd poll_fd{output_, POLLIN, 0};
  return !unread_.empty() || poll(&poll_fd, 1, timeout_ms) > 0;
}

std::optional<std::string> Process::Line() {
  std::size_t end = 0;
  while ((end = unread_.find('\n')) == std::string::npos) {
    std::array<char, 65536> bytes{};
    pollfd poll_fd{output_, POLLIN, 0};
    if (poll(&poll_fd, 1, kPatienceMs) <= 0) return std::nullopt;
    const ssize_t count = read(output_, bytes.data(), bytes.size());
    if (count <= 0) return std::nullopt;
    unread_.append(bytes.data(), static_cast<std::size_t>(count));
  }
  std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  return line;
}

void Process::Signal(int signal) const { kill(pid_, signal); }

int Process::Wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

std::string Process::Errors() {
  std::string text(1U << 16, '\0');
  const ssize_t count = pread(errors_, text.data(), text.size(), 0);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

Outcome RunOn(const std::vector<std::string>& command, const std::string& input) {
  Process process(command);
  std::thread sender([&] {
    process.Send(input);
    process.EndInput();
  });
  Outcome outcome;
  while (auto line = process.Line()) outcome.lines.push_back(std::move(*line));
  sender.join();
  outcome.status = process.Wait();
  outcome.errors = process.Errors();
  return outcome;
}

}  // namespace grantledger::tools
