#pragma once

#include <string_view>

#include "base/store_work.h"
#include "mongo/document.h"

namespace demo::mongo {

/// Where a router sends `command` on a cluster that is sharded as collections.h says: by the shard key to one shard,
/// by several to each that owns one of them, or to all. None for what is no command on a sharded collection of ours
/// (createIndexes, ping). Pure; reads the command document as it is sent.
store_work::Reach ReachOf(std::string_view command_name, const View& command);

}  // namespace demo::mongo
