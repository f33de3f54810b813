// A PostgreSQL server of our own, for as long as it is measured.
#ifndef GRANTLEDGER_BENCH_PEERS_POSTGRES_SERVER_H_
#define GRANTLEDGER_BENCH_PEERS_POSTGRES_SERVER_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace grantledger::bench {

/// Made and started in a new directory, on a Unix socket there; stopped by the destructor. Since
/// PostgreSQL refuses to run as root, root starts it as the user `postgres`, whose the directory
/// becomes, and lets everybody pass through the one above. Failures throw std::runtime_error, with
/// the end of the server's log.
class PostgresServer {
 public:
  /// `settings`: lines of postgresql.conf.
  PostgresServer(const std::string& directory, const std::vector<std::string>& settings);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Stops it, until Start starts it again.
  void Stop();
  void Start();
  /// The resident memory of its processes, in bytes; what they share counts once.
  [[nodiscard]] std::uint64_t Memory() const;
  /// For PQconnectdb.
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  void Initialize();
  void Configure(const std::vector<std::string>& settings);
  [[nodiscard]] bool Answers() const;
  [[nodiscard]] std::string EndOfLog() const;

  std::string directory_;
  std::string address_;
  pid_t server_ = 0;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_POSTGRES_SERVER_H_
