#pragma once

#include <string_view>

/// Every statement that a request runs. queries_test.cpp holds each against the plan that it must have.
namespace demo::sqlite::queries {

// Numbers have no gaps (see schema.cpp), so counting is two looks at the ends of a table.
inline constexpr std::string_view kCountUsers =
    "SELECT coalesce((SELECT max(seq) FROM users) - (SELECT min(seq) FROM users) + 1, 0)";
inline constexpr std::string_view kCountOrders =
    "SELECT coalesce((SELECT max(seq) FROM orders) - (SELECT min(seq) FROM orders) + 1, 0)";

inline constexpr std::string_view kListUsers =
    "SELECT seq, user_id, name, email, country, created_at, schema_version FROM users WHERE seq < ?1 "
    "ORDER BY seq DESC LIMIT ?2";
inline constexpr std::string_view kGetUser =
    "SELECT seq, user_id, name, email, country, created_at, schema_version FROM users WHERE user_id = ?1";
inline constexpr std::string_view kTotalsOfUser =
    "SELECT count(*), coalesce(sum(amount_cents), 0) FROM orders INDEXED BY orders_by_user WHERE user_seq = ?1";
inline constexpr std::string_view kFindUser = "SELECT seq, user_id, name FROM users WHERE user_id = ?1";

// CROSS JOIN keeps the order of the tables: the page is cut from the orders before their users are looked up.
inline constexpr std::string_view kListOrders =
    "SELECT o.seq, o.order_id, u.user_id, u.name, o.amount_cents, o.created_at FROM orders AS o "
    "CROSS JOIN users AS u ON u.seq = o.user_seq WHERE o.seq < ?1 ORDER BY o.seq DESC LIMIT ?2";
inline constexpr std::string_view kListOrdersOfUser =
    "SELECT o.seq, o.order_id, u.user_id, u.name, o.amount_cents, o.created_at "
    "FROM orders AS o INDEXED BY orders_by_user CROSS JOIN users AS u ON u.seq = o.user_seq "
    "WHERE o.user_seq = ?1 AND o.seq < ?2 ORDER BY o.seq DESC LIMIT ?3";
inline constexpr std::string_view kGetOrder =
    "SELECT o.seq, o.order_id, u.user_id, u.name, o.amount_cents, o.created_at FROM orders AS o "
    "CROSS JOIN users AS u ON u.seq = o.user_seq WHERE o.order_id = ?1";

inline constexpr std::string_view kNewestOrderBefore =
    "SELECT created_at FROM orders INDEXED BY orders_by_time WHERE created_at < ?1 ORDER BY created_at DESC LIMIT 1";
inline constexpr std::string_view kTotalsOfTime =
    "SELECT count(*), coalesce(sum(amount_cents), 0) FROM orders INDEXED BY orders_by_time "
    "WHERE created_at >= ?1 AND created_at < ?2";
// Both in the order of users, so that they are read side by side without sorting or looking anything up.
inline constexpr std::string_view kCountryOfUsers = "SELECT seq, country FROM users ORDER BY seq";
inline constexpr std::string_view kTotalsOfUsers =
    "SELECT user_seq, count(*), sum(amount_cents) FROM orders INDEXED BY orders_by_user "
    "GROUP BY user_seq ORDER BY user_seq";

inline constexpr std::string_view kInsertUser =
    "INSERT INTO users (user_id, name, email, country, created_at, schema_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
inline constexpr std::string_view kInsertUserIfNew =
    "INSERT INTO users (user_id, name, email, country, created_at, schema_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
    "ON CONFLICT (user_id) DO NOTHING";
inline constexpr std::string_view kInsertOrder =
    "INSERT INTO orders (order_id, user_seq, amount_cents, created_at) VALUES (?1, ?2, ?3, ?4)";
inline constexpr std::string_view kInsertOrderIfNew =
    "INSERT INTO orders (order_id, user_seq, amount_cents, created_at) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (order_id) DO NOTHING";
inline constexpr std::string_view kFirstUserSeq = "SELECT coalesce(min(seq), 0) FROM users";
inline constexpr std::string_view kUserAt = "SELECT seq, user_id, name FROM users WHERE seq >= ?1 ORDER BY seq LIMIT 1";
inline constexpr std::string_view kMigrateUsers =
    "UPDATE users SET created_at = ?1, schema_version = 1 WHERE created_at IS NULL";

inline constexpr std::string_view kLoadPosition = "SELECT position FROM loads WHERE load_id = ?1";
inline constexpr std::string_view kSetLoadPosition =
    "INSERT INTO loads (load_id, position) VALUES (?1, ?2) "
    "ON CONFLICT (load_id) DO UPDATE SET position = excluded.position";

inline constexpr std::string_view kFindRequest = "SELECT fingerprint, kind, answer FROM requests WHERE key = ?1";
inline constexpr std::string_view kInsertRequest =
    "INSERT INTO requests (key, fingerprint, kind, answer, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";
// Those of the operations that add what is cleared. OR FAIL: a statement that may undo itself keeps a copy of every
// page in memory until it is done.
inline constexpr std::string_view kClearRequests =
    "UPDATE OR FAIL requests SET fingerprint = '' WHERE kind IN ('user', 'order', 'random order') AND fingerprint <> "
    "''";
inline constexpr std::string_view kForgetRequests =
    "DELETE FROM requests WHERE key IN (SELECT key FROM requests WHERE created_at < ?1 ORDER BY created_at LIMIT 64)";

}  // namespace demo::sqlite::queries
