#pragma once

#include <chrono>

/// How long what may take. Each is finite, and whoever is nearer to the fault gives up first, so that its reason
/// arrives: the server after kCommand, the socket a second later, the operation after that.
namespace demo::mongo::limits {

using std::chrono::milliseconds;

/// For a server to be found. An election takes longer (some 12 s on 4.0 when a primary is killed): then callers are
/// told so rather than kept.
inline constexpr milliseconds kSelection{3000};
inline constexpr milliseconds kConnect{2000};
inline constexpr milliseconds kHeartbeat{1000};
/// How often the hosts behind a mongodb+srv:// name are looked up.
inline constexpr milliseconds kLookUp{2000};
/// maxTimeMS of a read and wtimeout of a write.
inline constexpr milliseconds kCommand{5000};
/// For each reply. libmongoc's five minutes would leave every worker waiting for a server that vanished without a word.
inline constexpr milliseconds kSocket{6000};
/// For a primary that steps down in good order to hand over: up to 3.3 s were seen on a busy machine, of which
/// MongoDB 4.0 takes two between the election and its first write; where a shard's primary and that of the config
/// servers leave with the same machine, routers let nobody log in meanwhile, once for more than 4 s.
inline constexpr milliseconds kHandOver{5000};
/// What is left for the reply to the last try after that.
inline constexpr milliseconds kLastReply{2000};
/// For the reply to an insertion while there is time for another try after that: a router that looks for a new primary
/// lets one of those who wait ask a member whose machine is gone, for five seconds, and answers the next who comes.
inline constexpr milliseconds kTry{3000};
/// Less than that only down to this, so that a try which begins late leaves time for another as well.
inline constexpr milliseconds kLeastTry{1000};
/// One operation of the store: a primary that hands over, a reply that never comes, and a server that is looked for
/// once more and not found. No command is begun and no reply awaited in its last kSelection, so it takes no longer.
inline constexpr milliseconds kOperation = kHandOver + kLastReply + kSelection;
/// One that touches all data: replacing, clearing, migrating. Its client's socket waits as long: the driver has one
/// timeout for all commands of a client.
inline constexpr milliseconds kBulk{60'000};

}  // namespace demo::mongo::limits
