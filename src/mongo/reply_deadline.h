#pragma once

#include "base/clock.h"
#include "mongo/handles.h"

namespace demo::mongo {

/// From now on this thread waits until `deadline` at most for a server to connect, to log it in, or to reply, whatever
/// the timeouts of its client say: the driver has one socket timeout for all commands, and after a first try that got
/// no reply it begins a second with as much time.
void AwaitRepliesUntil(SteadyTime deadline);

/// Lets `client` keep that, on whatever thread uses it. For a client that has not connected yet.
void KeepDeadlines(mongoc_client_t* client);

}  // namespace demo::mongo
