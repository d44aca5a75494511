#include "domain/sample_data.h"

namespace demo {
namespace {

constexpr UnixMillis kDay = 86'400'000;

User OldRecord(const char* user_id, const char* name, const char* email, const char* country) {
  return {user_id, name, email, country, std::nullopt, std::nullopt};
}

}  // namespace

SampleData MakeSampleData(UnixMillis now) {
  return {
      .users = {OldRecord("user_1", "Alice Dupont", "alice@ecam.be", "France"),
                OldRecord("user_2", "Bob Martin", "bob@ecam.be", "Belgium"),
                OldRecord("user_3", "Charlie Wilson", "charlie@ecam.be", "Germany"),
                OldRecord("user_4", "Diana Lopez", "diana@ecam.be", "Spain"),
                OldRecord("user_5", "Eve Chen", "eve@ecam.be", "Italy")},
      .orders = {{"order_1", "user_1", "Alice Dupont", Money::FromCents(7525), now - 3 * kDay},
                 {"order_2", "user_1", "Alice Dupont", Money::FromCents(4500), now - 2 * kDay},
                 {"order_3", "user_2", "Bob Martin", Money::FromCents(3025), now - kDay},
                 {"order_4", "user_3", "Charlie Wilson", Money::FromCents(12050), now}},
  };
}

}  // namespace demo
