#include "bench/peers/postgres.h"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace grantledger::bench {

std::int64_t PostgresRows::At(int row, int column) const {
  const std::string_view text(PQgetvalue(result_.get(), row, column),
                              static_cast<std::size_t>(PQgetlength(result_.get(), row, column)));
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::runtime_error("PostgreSQL gave " + std::string(text) + ", expected a number");
  }
  return number;
}

PostgresConnection::PostgresConnection(const std::string& address)
    : connection_(PQconnectdb(address.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error(std::string("PostgreSQL: ") + PQerrorMessage(connection_.get()));
  }
}

std::string PostgresConnection::Version() const {
  constexpr int kMajor = 10'000;
  const int version = PQserverVersion(connection_.get());
  return std::to_string(version / kMajor) + "." + std::to_string(version % kMajor);
}

PostgresRows PostgresConnection::Checked(PGresult* result) const {
  PostgresRows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(std::string("PostgreSQL: ") + PQerrorMessage(connection_.get()));
  }
  return rows;
}

void PostgresConnection::Do(const std::string& sql) {
  (void)Checked(PQexec(connection_.get(), sql.c_str()));
}

void PostgresConnection::Prepare(const std::string& name, const std::string& sql) {
  (void)Checked(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
}

PostgresRows PostgresConnection::Run(const char* name,
                                     std::initializer_list<std::int64_t> parameters) {
  std::vector<std::string> texts;
  for (const std::int64_t parameter : parameters) texts.push_back(std::to_string(parameter));
  return RunOnTexts(name, texts);
}

PostgresRows PostgresConnection::RunOnArrays(
    const char* name, const std::vector<std::vector<std::int64_t>>& parameters) {
  std::vector<std::string> texts;
  for (const auto& numbers : parameters) {
    std::string& text = texts.emplace_back("{");
    for (const std::int64_t number : numbers) {
      if (text.size() > 1) text += ',';
      text += std::to_string(number);
    }
    text += '}';
  }
  return RunOnTexts(name, texts);
}

PostgresRows PostgresConnection::RunOnTexts(const char* name,
                                            const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  return Checked(PQexecPrepared(connection_.get(), name, static_cast<int>(values.size()),
                                values.data(), nullptr, nullptr, 0));
}

}  // namespace grantledger::bench
