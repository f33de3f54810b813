#include "bench/peers/postgres_server.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "bench/machine.h"

namespace grantledger::bench {
namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";  // Debian 12
constexpr const char* kUser = "postgres";

/// Who it runs as, if not as ourselves.
const passwd* OtherUser() {
  if (geteuid() != 0) return nullptr;
  const passwd* user = getpwnam(kUser);
  if (user == nullptr)
    throw std::runtime_error("there is no user postgres; is PostgreSQL installed?");
  return user;
}

/// Starts a program whose output goes to the end of the file `log`.
pid_t Spawn(const std::vector<std::string>& command, const std::string& log) {
  const passwd* user = OtherUser();
  std::vector<char*> arguments;
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start " + command.front());
  if (child > 0) return child;
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  const bool ready = user == nullptr || (setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0);
  if (ready) execv(arguments.front(), arguments.data());
  _exit(127);
}

int WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

PostgresServer::PostgresServer(const std::string& directory,
                               const std::vector<std::string>& settings)
    : directory_(std::filesystem::absolute(directory).string()),
      address_("host=" + directory_ + " dbname=postgres user=bench") {
  std::filesystem::create_directory(directory_);
  if (const passwd* user = OtherUser(); user != nullptr) {
    if (chown(directory_.c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("cannot give " + directory_ + " to the user postgres");
    }
    const std::filesystem::path parent = std::filesystem::path(directory_).parent_path();
    std::filesystem::permissions(parent, std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
  }
  Initialize();
  Configure(settings);
  Start();
}

PostgresServer::~PostgresServer() { Stop(); }

void PostgresServer::Stop() {
  if (server_ == 0) return;
  kill(server_, SIGINT);  // rolls back what is open, and ends
  (void)WaitFor(std::exchange(server_, 0));
}

std::uint64_t PostgresServer::Memory() const {
  std::uint64_t bytes = MemoryOf(server_);
  std::ifstream children("/proc/" + std::to_string(server_) + "/task/" + std::to_string(server_) +
                         "/children");
  for (pid_t child = 0; children >> child;) bytes += MemoryOf(child);
  return bytes;
}

void PostgresServer::Initialize() {
  const std::string data = directory_ + "/data";
  const pid_t child =
      Spawn({std::string(kPrograms) + "initdb", "--pgdata", data, "--username", "bench", "--auth",
             "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"},
            directory_ + "/log");
  if (WaitFor(child) != 0) throw std::runtime_error("PostgreSQL's initdb failed: " + EndOfLog());
}

void PostgresServer::Configure(const std::vector<std::string>& settings) {
  std::ofstream file(directory_ + "/data/postgresql.conf", std::ios::app);
  for (const std::string& setting : settings) file << setting << "\n";
  file << "listen_addresses = ''\nunix_socket_directories = '" << directory_ << "'\n";
  file.close();
  if (!file) throw std::runtime_error("cannot configure PostgreSQL in " + directory_);
}

void PostgresServer::Start() {
  server_ =
      Spawn({std::string(kPrograms) + "postgres", "-D", directory_ + "/data"}, directory_ + "/log");
  constexpr auto kPause = std::chrono::milliseconds(1);  // of the time to open, which is measured
  constexpr int kMostPauses = 30'000;
  for (int i = 0; i < kMostPauses; ++i) {
    if (Answers()) return;
    if (waitpid(server_, nullptr, WNOHANG) == server_) {
      server_ = 0;
      break;
    }
    std::this_thread::sleep_for(kPause);
  }
  throw std::runtime_error("PostgreSQL does not start: " + EndOfLog());
}

bool PostgresServer::Answers() const { return PQping(address_.c_str()) == PQPING_OK; }

std::string PostgresServer::EndOfLog() const {
  constexpr std::size_t kEnd = 1000;
  std::ostringstream text;
  text << std::ifstream(directory_ + "/log").rdbuf();
  const std::string all = text.str();
  return all.size() > kEnd ? all.substr(all.size() - kEnd) : all;
}

}  // namespace grantledger::bench
