#include "store/cursor.h"

#include <fmt/format.h>

#include <cstdint>

namespace demo {
namespace {

/// FNV-1a. It keeps accidents and curiosity out; whoever forges a cursor sees a page that they may see anyway.
std::uint64_t Check(std::string_view list, std::string_view position) {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3;
  };
  add(list);
  add("/");
  add(position);
  return hash >> 16;
}

}  // namespace

std::string MakeCursor(std::string_view list, std::string_view position) {
  return fmt::format("{}-{:012x}", position, Check(list, position));
}

std::optional<std::string> ReadCursor(std::string_view list, std::string_view cursor) {
  const std::string_view position = cursor.substr(0, cursor.find('-'));
  if (position.empty() || cursor != MakeCursor(list, position)) return std::nullopt;
  return std::string(position);
}

}  // namespace demo
