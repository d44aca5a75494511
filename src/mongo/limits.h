#pragma once

#include <chrono>

/// How long what may take. Each is finite, and whoever is nearer to the fault gives up first, so that its reason
/// arrives: the server after kCommand, the socket a second later, an operation once a server was looked for again after
/// that.
namespace demo::mongo::limits {

using std::chrono::milliseconds;

/// For a server to be found. An election takes longer (some 12 s on 4.0 when a primary is killed): then callers are
/// told so rather than kept.
inline constexpr milliseconds kSelection{3000};
inline constexpr milliseconds kConnect{2000};
inline constexpr milliseconds kHeartbeat{2000};
/// maxTimeMS of a read and wtimeout of a write.
inline constexpr milliseconds kCommand{5000};
/// For each reply. libmongoc's five minutes would leave every worker waiting for a server that vanished without a word.
inline constexpr milliseconds kSocket{6000};
/// One operation of the store: a reply that never came, then a server looked for again.
inline constexpr milliseconds kOperation = kSocket + kSelection;
/// One that touches all data: replacing, clearing, migrating. Its client's socket waits as long: the driver has one
/// timeout for all commands of a client.
inline constexpr milliseconds kBulk{60'000};

}  // namespace demo::mongo::limits
