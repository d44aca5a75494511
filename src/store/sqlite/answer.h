#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/model.h"
#include "store/sqlite/writes.h"

namespace demo::sqlite {

/// The answer of a request as its record keeps it: the members one after the other, each as "length:bytes,". Pure.
std::string Encode(const User& user);
std::string Encode(const Order& order);
std::string Encode(std::int64_t number);
std::string Encode(const Nothing& nothing);

/// What Encode was given; nothing when `text` is not from it. Pure.
template <typename T>
std::optional<T> Decode(std::string_view text);

}  // namespace demo::sqlite
