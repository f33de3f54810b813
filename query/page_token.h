// NextToken: a list's cursor and moment as opaque text, bound to the call that it came from.
//
// The text is base64url, without padding, of: a version (1 byte), the LSN, the time and the
// checksum of the LSN's record (8 bytes each, big-endian), the cursor, and the XXH3 (8 bytes) of
// all of these and the fingerprint of the call, keyed by the ledger's key. The hash notices
// mistakes; it is no cryptographic seal. The checksum says of which history the LSN is: a ledger
// that was restored, or lost its last records, has other records from some LSN on.
#ifndef GRANTLEDGER_QUERY_PAGE_TOKEN_H_
#define GRANTLEDGER_QUERY_PAGE_TOKEN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include <grantledger/types.h>

namespace grantledger {

struct PageToken {
  Lsn lsn = 0;                 ///< The moment of the first page.
  Time time;                   ///< The time that it is held to be.
  std::string cursor;          ///< Where the next page begins: ReadContext::cursor.
  std::uint64_t checksum = 0;  ///< See RecordChecksum.
};

/// `key`: the ledger's. The fingerprint: of the call, by query/fingerprint.h.
std::string SealToken(const PageToken& token, std::uint64_t key, std::uint64_t fingerprint_high,
                      std::uint64_t fingerprint_low);

/// InvalidArgument where the text is not what SealToken made with the same key and fingerprint: it
/// is altered, cut, or of another call, caller, filters or ledger.
Result<PageToken> OpenToken(std::string_view text, std::uint64_t key,
                            std::uint64_t fingerprint_high, std::uint64_t fingerprint_low);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_PAGE_TOKEN_H_
