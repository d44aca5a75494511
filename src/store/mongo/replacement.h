#pragma once

#include <span>

#include "mongo/connection.h"
#include "store/store.h"

namespace demo::mongo {

/// Replaces all users and orders, as store.h has it. What is new is there before the old goes, so a crash half-way
/// leaves more than there should be, in which every order has its user; the same key completes it.
Result<void> ReplaceAll(Connection& connection, std::span<const User> users, std::span<const Order> orders,
                        const IdempotencyKey& key);
/// A replacement by nothing.
Result<void> ClearAll(Connection& connection, const IdempotencyKey& key);

}  // namespace demo::mongo
