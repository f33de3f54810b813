// The first check of every call: the shape of its input.
#ifndef GRANTLEDGER_TESTS_MODEL_SHAPE_H_
#define GRANTLEDGER_TESTS_MODEL_SHAPE_H_

#include <string>

#include "state.h"

namespace grantledger::model {

/// Refused (InvalidArgument) where a field is missing, out of its range, not in its notation or
/// against another that is given. Fields of another type, and unknown ones, are not looked at.
void CheckShape(const std::string& operation, const Json& input);

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_SHAPE_H_
