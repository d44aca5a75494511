#include "cache/redis/packed_response.h"

#include <cstring>
#include <type_traits>

#include "cache/hash.h"

namespace demo::redis {
namespace {

constexpr std::string_view kMark = "demo1";

template <typename Number>
void PutNumber(std::string& out, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

void PutText(std::string& out, std::string_view text) {
  PutNumber(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

/// Takes things off the front; once something was missing, everything is.
class Taker {
 public:
  explicit Taker(std::string_view bytes) : rest_(bytes) {}

  template <typename Number>
  Number TakeNumber() {
    Number number{};
    const std::string_view bytes = TakeBytes(sizeof number);
    if (bytes.size() == sizeof number) std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }
  std::string_view TakeText() { return TakeBytes(TakeNumber<std::uint32_t>()); }
  std::string_view TakeBytes(std::size_t count) {
    if (count > rest_.size()) complete_ = false;
    if (!complete_) return {};
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  bool AllTaken() const { return complete_ && rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool complete_ = true;
};

}  // namespace

std::string Pack(const StoredResponse& response, std::span<const std::uint64_t> generations) {
  std::string content;
  content.reserve(128 + response.head.size() + response.body.size() + response.gzip_body.size());
  PutNumber(content, static_cast<std::uint8_t>(generations.size()));
  for (const std::uint64_t generation : generations) PutNumber(content, generation);
  PutNumber(content, static_cast<std::uint16_t>(response.status));
  PutNumber(content, response.route);
  for (const auto* text : {&response.head, &response.etag, &response.body, &response.gzip_body})
    PutText(content, *text);
  std::string packed(kMark);
  PutNumber(packed, HashBytes(content));
  return packed + content;
}

std::optional<PackedResponse> Unpack(std::string_view bytes) {
  Taker taker(bytes);
  if (taker.TakeBytes(kMark.size()) != kMark) return std::nullopt;
  const auto checksum = taker.TakeNumber<std::uint64_t>();
  if (checksum != HashBytes(taker.rest())) return std::nullopt;
  PackedResponse packed;
  packed.generations.resize(taker.TakeNumber<std::uint8_t>());
  for (std::uint64_t& generation : packed.generations) generation = taker.TakeNumber<std::uint64_t>();
  auto response = std::make_shared<StoredResponse>();
  response->status = taker.TakeNumber<std::uint16_t>();
  response->route = taker.TakeNumber<std::uint16_t>();
  for (auto* text : {&response->head, &response->etag, &response->body, &response->gzip_body}) *text = taker.TakeText();
  if (!taker.AllTaken() || response->status != 200) return std::nullopt;
  packed.response = std::move(response);
  return packed;
}

}  // namespace demo::redis
