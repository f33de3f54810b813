#include "bench/peers/postgres.h"

#include <stdexcept>

namespace grantledger::bench {

std::int64_t PostgresRows::At(int row, int column) const {
  const int length = PQgetlength(result_.get(), row, column);
  const char* bytes = PQgetvalue(result_.get(), row, column);
  const bool negative = length > 0 && static_cast<signed char>(*bytes) < 0;
  std::uint64_t number = negative ? ~std::uint64_t{0} : 0;
  for (int i = 0; i < length; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(number);
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

PostgresRows PostgresConnection::Run(const char* name,
                                     std::initializer_list<std::int64_t> parameters) {
  std::vector<std::string> texts;
  for (const std::int64_t parameter : parameters) texts.push_back(std::to_string(parameter));
  return RunOnTexts(name, texts);
}

PostgresRows PostgresConnection::RunOnArray(const char* name,
                                            const std::vector<std::int64_t>& numbers) {
  std::string text = "{";
  for (const std::int64_t number : numbers) {
    if (text.size() > 1) text += ',';
    text += std::to_string(number);
  }
  return RunOnTexts(name, {text + '}'});
}

PostgresRows PostgresConnection::RunOnTexts(const char* name,
                                            const std::vector<std::string>& parameters) {
  constexpr int kBinary = 1;
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  return Checked(PQexecPrepared(connection_.get(), name, static_cast<int>(values.size()),
                                values.data(), nullptr, nullptr, kBinary));
}

}  // namespace grantledger::bench
