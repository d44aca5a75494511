#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "http/json_body.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    if (!demo::TakeCodePoint(text)) return false;
  }
  return true;
}

}  // namespace

// Any bytes are read or refused; what is read is UTF-8, and can be asked for as text and as money.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  auto object = demo::http::ParseJsonObject(body);
  if (!object) {
    Require(object.error().status == 400);
    Require(!object.error().detail.empty());
    return 0;
  }
  Require(IsUtf8(body));
  object->TakeString("name");
  object->TakeMoney("amount");
  const demo::Result<void> finished = object->Finish();
  if (finished) return 0;
  Require(!finished.error().fields.empty());
  for (const demo::FieldError& wrong : finished.error().fields) Require(IsUtf8(wrong.field));
  return 0;
}
