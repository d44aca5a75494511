#pragma once

#include <expected>
#include <string>

#include "base/result.h"
#include "store/store.h"

// What every backend's records of requests have in common. A record outlives the data: it holds ids, times and amounts,
// and never a name or an e-mail.
namespace demo {

/// What is recorded of what a request asked: a digest (HMAC-SHA-256) under the client's own key, so that the same
/// question under two keys is two digests and a guess has to be made for each record. Clearing the data removes it from
/// the records of what added users and orders, because what they asked may name persons. Pure.
std::string DigestOf(const IdempotencyKey& key);

std::unexpected<Error> UsedForAnother();
/// What the request added has been cleared: its answer would name what is gone, and is not kept.
std::unexpected<Error> ClearedSince();

}  // namespace demo
