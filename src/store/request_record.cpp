#include "store/request_record.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <span>
#include <stdexcept>
#include <string_view>

namespace demo {

std::string DigestOf(const IdempotencyKey& key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  const auto* asked = reinterpret_cast<const unsigned char*>(key.fingerprint.data());
  const auto* made = HMAC(EVP_sha256(), key.key.data(), static_cast<int>(key.key.size()), asked, key.fingerprint.size(),
                          bytes.data(), &size);
  if (made == nullptr) throw std::runtime_error("HMAC-SHA-256 cannot be computed");
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * std::size_t{size});
  for (const unsigned char byte : std::span(bytes).first(size)) (text += kDigits[byte >> 4]) += kDigits[byte & 15];
  return text;
}

std::unexpected<Error> UsedForAnother() {
  return Fail(Error{ErrorCode::kInvalid,
                    "The Idempotency-Key was used for another request.",
                    {{"Idempotency-Key", "was used for another request"}}});
}

std::unexpected<Error> ClearedSince() {
  return Fail(ErrorCode::kConflict,
              "The request with this Idempotency-Key was done, and all data were cleared since. Nothing was done now.");
}

}  // namespace demo
