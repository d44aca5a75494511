#pragma once

#include <cstdint>
#include <span>

#include "mongo/connection.h"
#include "store/store.h"

namespace demo::mongo {

/// The writes of store.h, with its errors. docs/adr/0006 says why each is once per key without a transaction.
Result<User> AddUser(Connection& connection, const NewUser& user, const IdempotencyKey& key);
Result<Order> PlaceOrder(Connection& connection, const NewOrder& order, const IdempotencyKey& key);
Result<Order> PlaceOrderForRandomUser(Connection& connection, Money amount, const IdempotencyKey& key);
Result<std::int64_t> MigrateUsers(Connection& connection, const IdempotencyKey& key);
Result<bool> RecordRequest(Connection& connection, const IdempotencyKey& key);
Result<void> LoadPart(Connection& connection, const BulkPart& part);

}  // namespace demo::mongo
