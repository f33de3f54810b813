// Answers in a form in which those that SEMANTICS.md calls the same are equal JSON.
#ifndef GRANTLEDGER_TESTS_MODEL_NORMAL_FORM_H_
#define GRANTLEDGER_TESTS_MODEL_NORMAL_FORM_H_

#include <string>

#include "state.h"

namespace grantledger::model {

/// The field of an operation's Output that is a list with pages; empty: it has none.
std::string ListField(const std::string& operation);

/// The answer to `request` with the order that SEMANTICS.md leaves open made one of its own: member
/// grants that stand together, accounts and units, and activations by their ids; the
/// organization-wide list by account, where each account's grants stand together; changes by their
/// grants, behind the one that the call named. Of errors only the code is kept, of a compaction
/// nothing. `state` tells which grants are distributions, and what a record's call named.
Json NormalForm(const Json& request, const State& state, Json answer);

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_NORMAL_FORM_H_
