#include "http/pages/tables.h"

#include <fmt/format.h>

#include "http/pages/catalogue.h"
#include "http/pages/locale.h"

namespace demo::http::pages {
namespace {

/// An identifier by its last characters: a ULID's first ones are much the same for all that were made together.
std::string ShortId(const std::string& id) {
  constexpr std::size_t kShown = 8;
  return id.size() <= kShown + 6 ? id : "\u2026" + id.substr(id.size() - kShown);
}

Data LinkOrNone(const std::string& url) { return url.empty() ? Data(false) : Data(url); }

Data UserData(Language language, const UserSummary& summary) {
  const User& user = summary.user;
  Data data = MakeData({{"url", UserUrl(user.user_id)},
                        {"user_id", user.user_id},
                        {"name", user.name},
                        {"email", user.email},
                        {"country", user.country},
                        {"orders", FormatInteger(language, summary.order_count)},
                        {"spent", FormatMoney(language, summary.total_spent)},
                        {"created", false}});
  if (user.created_at) {
    data.set("created", FormatDate(language, *user.created_at));
    data.set("created_iso", FormatIso(*user.created_at));
  }
  return data;
}

}  // namespace

void AddOrders(Data& data, Language language, const OrdersTable& table) {
  data.set("orders_known", table.orders.has_value());
  data.set("with_user", table.with_user);
  if (!table.orders) {
    data.set("orders_unknown", UnknownSince(language, table.orders.error()));
    return;
  }
  DataList rows;
  for (const Order& order : table.orders->items) {
    rows.push_back(MakeData({{"iso", FormatIso(order.created_at)},
                             {"placed", FormatDateTime(language, order.created_at)},
                             {"url", UserUrl(order.user_id)},
                             {"user_name", order.user_name},
                             {"amount", FormatMoney(language, order.amount)},
                             {"order_id", order.order_id},
                             {"short_id", ShortId(order.order_id)}}));
  }
  data.set("orders", rows);
  const std::string& next = table.orders->next_cursor;
  data.set("orders_next", LinkOrNone(next.empty() ? "" : table.next_base + PercentEncode(next) + "#orders"));
  data.set("orders_first", LinkOrNone(table.first.empty() ? "" : table.first + "#orders"));
}

void AddUsers(Data& data, Language language, const UsersTable& table) {
  data.set("users_known", table.users.has_value());
  if (!table.users) {
    data.set("users_unknown", UnknownSince(language, table.users.error()));
    return;
  }
  DataList rows;
  for (const UserSummary& user : table.users->items) rows.push_back(UserData(language, user));
  data.set("users", rows);
  const std::string& next = table.users->next_cursor;
  data.set("users_next", LinkOrNone(next.empty() ? "" : table.next_base + PercentEncode(next) + "#users"));
  data.set("users_first", LinkOrNone(table.first.empty() ? "" : table.first + "#users"));
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string UserUrl(const std::string& user_id) { return "/user-dashboard/users/" + PercentEncode(user_id); }

}  // namespace demo::http::pages
