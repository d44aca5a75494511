#pragma once

#include "base/result.h"
#include "mongo/handles.h"

namespace demo::mongo {

/// What an error of the driver or of a server (error API version 2) means to the program. One table, in errors.cpp.
///
/// A write of which nobody knows whether it was done is Unavailable, and so is what may come back by itself: no server,
/// no primary, a refused password. A read past its time is Timeout. A duplicate key is Conflict. What a correct program
/// and a sound server never say is Internal.
Error ToError(const bson_error_t& error);

/// True for what ToError makes of a query whose index is not there: somebody dropped it, and it can be made again.
bool IsMissingIndex(const Error& error);

inline std::unexpected<Error> FailWith(const bson_error_t& error) { return Fail(ToError(error)); }

/// True when the user or the password of a connection was refused, by whatever mechanism.
bool IsRefusedLogin(const bson_error_t& error);

/// True when there was no primary to ask (or none of the config servers to say who a user is), or it went away: a
/// moment later there may be another. Whether a write was done is not known.
bool IsBetweenPrimaries(const bson_error_t& error);

/// What a write that failed comes to. The driver names a refused document first; where `reply` also says that no
/// majority is known to have what is there, it is that: so a duplicate may be one of which nobody can be sure.
bson_error_t OfWrite(const bson_t* reply, const bson_error_t& error);

/// True for a key that exists already, in every form in which servers say so.
bool IsDuplicateKey(const bson_error_t& error);
/// True when all `writeErrors` of `reply` are duplicate keys, and there is one at least and nothing else is wrong.
bool HasOnlyDuplicateKeys(const bson_t* reply);

/// Server codes that callers tell apart.
inline constexpr std::uint32_t kUnauthorized = 13;
inline constexpr std::uint32_t kAuthenticationFailed = 18;
inline constexpr std::uint32_t kNamespaceNotFound = 26;
inline constexpr std::uint32_t kCommandNotFound = 59;

}  // namespace demo::mongo
