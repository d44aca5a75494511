#include "http/admin_token.h"

#include <cstddef>

#include "http/text.h"

namespace demo::http {
namespace {

/// The credentials behind the scheme, which is Bearer in any case, with one or more spaces behind it (RFC 9110, 11.4).
std::string_view CredentialsIn(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer";
  if (!EqualsIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) return {};
  authorization.remove_prefix(kScheme.size());
  const std::size_t begin = authorization.find_first_not_of(' ');
  return begin == 0 || begin == std::string_view::npos ? std::string_view() : authorization.substr(begin);
}

}  // namespace

bool AdminToken::Admits(std::string_view authorization) const {
  if (token_.empty()) return true;
  const std::string_view given = CredentialsIn(authorization);
  std::size_t difference = given.size() ^ token_.size();
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i] ^ token_[i % token_.size()]);
  }
  return difference == 0;
}

}  // namespace demo::http
