// CreateLicense, CreateLicenseVersion, DeleteLicense.
#include "ledger/decide.h"
#include "ledger/errors.h"
#include "ledger/license_terms.h"

namespace grantledger {
namespace {

Status CheckIssuer(const Deciding& in, const fb::LicenseT& license, const std::string& arn) {
  if (AccountId(license.issuer) == in.caller) return {};
  return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                "the issuer account of " + arn);
}

Status CheckSourceVersion(const std::string& given, const fb::LicenseMomentT& now,
                          const std::string& arn) {
  const std::string current = std::to_string(now.version);
  if (given == current) return {};
  return Refuse(Code::kVersionMismatch, "SourceVersion", Quoted(given),
                "the current version " + Quoted(current) + " of " + arn);
}

Status CheckNotDeleted(const fb::LicenseMomentT& now, const std::string& arn) {
  if (static_cast<LicenseStatus>(now.status) != LicenseStatus::kDeleted) return {};
  return Refuse(Code::kInvalidState, "the status of " + arn, "DELETED", "one that is not final");
}

}  // namespace

Decision Decide(const CreateLicenseRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto known,
                      in.view.Product(request.terms.issuer.name, request.product_sku));
  fb::LicenseCreatedT fact;
  fact.license = in.counters.licenses + 1;
  fact.product = known.value_or(in.counters.products + 1);
  fact.product_sku = request.product_sku;
  fact.beneficiary = request.beneficiary;
  fact.terms = PackTerms(request.terms);
  return MakeBody(std::move(fact));
}

Decision Decide(const CreateLicenseVersionRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto license, ResolveLicense(in.view, request.license_arn));
  GL_RETURN_IF_ERROR(CheckIssuer(in, *license, request.license_arn));
  const fb::LicenseMomentT& now = *MomentAt(*license, in.view.lsn());
  if (request.source_version) {
    GL_RETURN_IF_ERROR(CheckSourceVersion(*request.source_version, now, request.license_arn));
  }
  GL_RETURN_IF_ERROR(CheckNotDeleted(now, request.license_arn));
  GL_ASSIGN_OR_RETURN(const auto product, GetTable<fb::ProductT>(in.view.rows(), Family::kState,
                                                                 ProductKey(license->product)));
  if (request.terms.issuer.name != product->issuer_name) {
    return Invalid("Issuer.Name", Quoted(request.terms.issuer.name),
                   "the license's own, " + Quoted(product->issuer_name) + ", which never changes");
  }
  fb::LicenseVersionedT fact;
  fact.license = license->ordinal;
  fact.version = now.version + 1;
  fact.status = static_cast<std::uint8_t>(request.status);
  fact.terms = PackTerms(request.terms);
  return MakeBody(std::move(fact));
}

Decision Decide(const DeleteLicenseRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto license, ResolveLicense(in.view, request.license_arn));
  GL_RETURN_IF_ERROR(CheckIssuer(in, *license, request.license_arn));
  const fb::LicenseMomentT& now = *MomentAt(*license, in.view.lsn());
  GL_RETURN_IF_ERROR(CheckSourceVersion(request.source_version, now, request.license_arn));
  GL_RETURN_IF_ERROR(CheckNotDeleted(now, request.license_arn));
  fb::LicenseDeletedT fact;
  fact.license = license->ordinal;
  fact.version = now.version + 1;
  return MakeBody(std::move(fact));
}

}  // namespace grantledger
