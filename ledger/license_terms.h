// The terms of a license, from the request to the table that is kept.
#ifndef GRANTLEDGER_LEDGER_LICENSE_TERMS_H_
#define GRANTLEDGER_LEDGER_LICENSE_TERMS_H_

#include <memory>

#include "ledger/tables.h"

namespace grantledger {

std::unique_ptr<fb::LicenseTermsT> PackTerms(const LicenseTerms& terms);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_LICENSE_TERMS_H_
