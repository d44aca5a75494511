#include "http/admin_token.h"

#include <cstddef>

namespace demo::http {
namespace {

bool IsBearer(std::string_view scheme) {
  constexpr std::string_view kBearer = "bearer ";
  if (scheme.size() != kBearer.size()) return false;
  for (std::size_t i = 0; i < kBearer.size(); ++i) {
    if ((scheme[i] | 0x20) != kBearer[i]) return false;
  }
  return true;
}

}  // namespace

bool AdminToken::Admits(std::string_view authorization) const {
  if (token_.empty()) return true;
  constexpr std::size_t kScheme = 7;
  if (!IsBearer(authorization.substr(0, kScheme))) return false;
  const std::string_view given = authorization.substr(kScheme);
  std::size_t difference = given.size() ^ token_.size();
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i] ^ token_[i % token_.size()]);
  }
  return difference == 0;
}

}  // namespace demo::http
