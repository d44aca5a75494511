#include "http/trace_context.h"

#include <algorithm>

namespace demo::http {
namespace {

constexpr std::size_t kLength = 55;  // 2 + 1 + 32 + 1 + 16 + 1 + 2

// Upper case is not allowed, on purpose: identifiers are compared as text.
bool IsLowerHex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '0'; });
}

bool IsOdd(char hex_digit) { return ((hex_digit <= '9' ? hex_digit - '0' : hex_digit - 'a' + 10) & 1) != 0; }

}  // namespace

std::optional<TraceContext> ParseTraceparent(std::string_view header) {
  if (header.size() < kLength) return std::nullopt;
  const auto version = header.substr(0, 2);
  const auto trace_id = header.substr(3, 32);
  const auto parent_id = header.substr(36, 16);
  const auto flags = header.substr(53, 2);
  if (header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  if (!IsLowerHex(version) || !IsLowerHex(trace_id) || !IsLowerHex(parent_id) || !IsLowerHex(flags))
    return std::nullopt;
  if (version == "ff" || IsZero(trace_id) || IsZero(parent_id)) return std::nullopt;
  const bool more = header.size() > kLength;
  if (more && (version == "00" || header[kLength] != '-')) return std::nullopt;

  TraceContext context{};
  std::ranges::copy(trace_id, context.trace_id.begin());
  std::ranges::copy(parent_id, context.parent_id.begin());
  context.sampled = IsOdd(flags[1]);
  return context;
}

}  // namespace demo::http
