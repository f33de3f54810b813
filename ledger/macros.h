// Propagation of errors: the only macros of the project.
#ifndef GRANTLEDGER_LEDGER_MACROS_H_
#define GRANTLEDGER_LEDGER_MACROS_H_

#include <utility>

#define GL_CONCAT_INNER(a, b) a##b
#define GL_CONCAT(a, b) GL_CONCAT_INNER(a, b)

/// Returns the error of a Status or Result from the function, if it is one.
#define GL_RETURN_IF_ERROR(expression) \
  if (auto gl_status = (expression); !gl_status.ok()) return gl_status

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration can't stand in parentheses.
/// Declares or assigns `target` from a Result, or returns its error from the function.
#define GL_ASSIGN_OR_RETURN(target, expression) \
  GL_ASSIGN_OR_RETURN_INNER(GL_CONCAT(gl_result_, __LINE__), target, expression)
#define GL_ASSIGN_OR_RETURN_INNER(result, target, expression) \
  auto result = (expression);                                 \
  if (!result.has_value()) return std::move(result).error();  \
  target = *std::move(result)

// NOLINTEND(bugprone-macro-parentheses)

#endif  // GRANTLEDGER_LEDGER_MACROS_H_
