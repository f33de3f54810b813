// Records and rows: a payload that verifies is unpacked, shown, packed, and the same then.
#include <type_traits>

#include "codec/row_shapes.h"
#include "codec/schema/record_generated.h"
#include "codec/schema/state_generated.h"
#include "codec/tables.h"
#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {
namespace {

template <typename Native>
void PackAgain(std::string_view payload, const char* identifier = nullptr) {
  const auto native = Unpack<Native>(payload, identifier);
  if (!native) return;
  if constexpr (std::is_same_v<Native, fb::RecordT>) {
    if (native->body.value == nullptr) return;  // it is no record then: ReadRecord
  }
  // Bytes may say the same in many ways; what they are packed to says it in one.
  const std::string packed = Pack(*native, identifier);
  const auto again = Unpack<Native>(packed, identifier);
  Check(again.has_value(), "what was packed is a table");
  Check(Pack(*again, identifier) == packed, "what is unpacked is what was packed");
}

}  // namespace

void FuzzRecords(std::string_view input) {
  InputReader in(input);
  const auto shapes = RowShapes();
  const RowShape& shape = shapes[in.Byte() % shapes.size()];
  const std::string_view payload = in.rest();
  (void)DecodePayload(shape, payload);
  PackAgain<fb::RecordT>(payload, fb::RecordIdentifier());
  PackAgain<fb::CountersT>(payload);
  PackAgain<fb::OrganizationT>(payload);
  PackAgain<fb::UnitT>(payload);
  PackAgain<fb::LicenseT>(payload);
  PackAgain<fb::LicenseVersionT>(payload);
  PackAgain<fb::GrantHeadT>(payload);
  PackAgain<fb::AccountT>(payload);
  PackAgain<fb::HandshakeT>(payload);
  PackAgain<fb::ChangeT>(payload);
  PackAgain<fb::FoldedCellT>(payload);
  PackAgain<fb::FoldedDistributionsT>(payload);
  PackAgain<fb::GrantCountsT>(payload);
  PackAgain<fb::HorizonT>(payload);
  PackAgain<fb::EntryEventsT>(payload);
}

}  // namespace grantledger::fuzz
