#pragma once

#include <vector>

#include "base/clock.h"
#include "domain/model.h"

namespace demo {

struct SampleData {
  std::vector<User> users;
  std::vector<Order> orders;
};

/// The five users and four orders that "load sample data" begins with. The users are old records, without `created_at`
/// and `schema_version`, so that the migration has something to do; the orders end at `now`, a day apart. Pure.
SampleData MakeSampleData(UnixMillis now);

}  // namespace demo
