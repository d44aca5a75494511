#include <algorithm>
#include <cctype>

#include "store/conformance/store_conformance.h"

namespace demo {
namespace {

std::string Number(int i) { return std::to_string(1000 + i); }

/// `count` users and orders, one each; the last are the newest.
void Fill(Store& store, int count) {
  std::vector<User> users;
  std::vector<Order> orders;
  for (int i = 0; i < count; ++i) {
    users.push_back(OldUser("user_" + Number(i)));
    orders.push_back(OrderOf("user_" + Number(i), "order_" + Number(i), 100));
  }
  Ok(store.ReplaceAll(users, orders, {}));
}

std::string IdOf(const UserSummary& summary) { return summary.user.user_id; }
std::string IdOf(const Order& order) { return order.order_id; }

/// The ids of the pages that `read` gives from `cursor` on, one list after the other.
template <typename Read>
std::vector<std::vector<std::string>> ReadPages(Read read, int limit, std::string cursor = "") {
  std::vector<std::vector<std::string>> pages;
  do {
    const auto page = Ok(read(PageRequest{limit, cursor}));
    auto& ids = pages.emplace_back();
    for (const auto& item : page.items) ids.push_back(IdOf(item));
    cursor = page.next_cursor;
  } while (!cursor.empty() && pages.size() < 100);
  return pages;
}

template <typename Read>
void ExpectPagesOf25(const std::string& prefix, Read read) {
  const auto pages = ReadPages(read, 10);
  ASSERT_EQ(pages.size(), 3u);
  EXPECT_EQ(pages[0].size(), 10u);
  EXPECT_EQ(pages[2].size(), 5u);
  std::vector<std::string> all;
  for (const auto& page : pages) all.insert(all.end(), page.begin(), page.end());
  std::vector<std::string> expected;
  for (int i = 24; i >= 0; --i) expected.push_back(prefix + Number(i));
  EXPECT_EQ(all, expected);
  EXPECT_EQ(ReadPages(read, 25).size(), 1u) << "a full last page names no next one";
  EXPECT_EQ(ReadPages(read, 1).size(), 25u);
}

TEST_P(StoreConformance, PagesUsersNewestFirst) {
  Fill(store(), 25);
  ExpectPagesOf25("user_", [&](const PageRequest& page) { return store().ListUsers(page); });
}

TEST_P(StoreConformance, PagesOrdersNewestFirst) {
  Fill(store(), 25);
  ExpectPagesOf25("order_", [&](const PageRequest& page) { return store().ListOrders(page); });
}

TEST_P(StoreConformance, PagesAUsersOrdersNewestFirst) {
  Fill(store(), 3);
  std::vector<Order> orders;
  for (int i = 0; i < 25; ++i) orders.push_back(OrderOf("user_" + Number(1), "o_" + Number(i), 100));
  Ok(store().ReplaceAll(std::vector{OldUser("user_" + Number(1)), OldUser("user_2")}, orders, {}));
  Ok(store().PlaceOrder({"user_2", Money::FromCents(1)}, {}));
  const auto read = [&](const PageRequest& page) { return store().ListOrdersOfUser("user_" + Number(1), page); };
  ExpectPagesOf25("o_", read);
}

TEST_P(StoreConformance, GoesOnWhereAPageEndedWhileOthersInsert) {
  Fill(store(), 20);
  const auto first = Ok(store().ListUsers({10, ""}));
  for (int i = 0; i < 5; ++i) Ok(store().AddUser(Alice(), {}));
  const auto rest = ReadPages([&](const PageRequest& page) { return store().ListUsers(page); }, 10, first.next_cursor);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].front(), "user_" + Number(9));
  EXPECT_EQ(rest[0].back(), "user_" + Number(0));
}

TEST_P(StoreConformance, GivesHundredUnlessAskedAndAThousandAtMost) {
  Fill(store(), 1001);
  EXPECT_EQ(Ok(store().ListUsers({})).items.size(), 100u);
  EXPECT_EQ(Ok(store().ListUsers({1000, ""})).items.size(), 1000u);
  for (const int limit : {0, -1, 1001}) {
    for (const Error& error : {ErrorIn(store().ListUsers({limit, ""})), ErrorIn(store().ListOrders({limit, ""})),
                               ErrorIn(store().ListOrdersOfUser("user_" + Number(0), {limit, ""}))}) {
      EXPECT_EQ(error.code, ErrorCode::kInvalid);
      ASSERT_EQ(error.fields.size(), 1u);
      EXPECT_EQ(error.fields[0].field, "limit");
    }
  }
}

TEST_P(StoreConformance, RefusesACursorThatItNeverGave) {
  Fill(store(), 3);
  const std::string cursor = Ok(store().ListUsers({1, ""})).next_cursor;
  EXPECT_TRUE(std::ranges::all_of(cursor, [](char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; }))
      << cursor;
  EXPECT_EQ(CodeOf(store().ListOrders({1, cursor})), ErrorCode::kInvalid) << "it is of another list";
  for (const std::string& wrong :
       {std::string("2"), cursor + "0", cursor.substr(1), std::string("-"), std::string("' OR 1=1 --"),
        std::string(100'000, '9'), std::string("\0", 1), std::string("\xFF")}) {
    const Error error = ErrorIn(store().ListUsers({1, wrong}));
    EXPECT_EQ(error.code, ErrorCode::kInvalid) << wrong.substr(0, 50);
    ASSERT_EQ(error.fields.size(), 1u);
    EXPECT_EQ(error.fields[0].field, "cursor");
  }
}

}  // namespace
}  // namespace demo
