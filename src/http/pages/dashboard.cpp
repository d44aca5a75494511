#include "http/pages/dashboard.h"

#include <algorithm>
#include <map>

#include "http/pages/catalogue.h"
#include "http/pages/charts.h"
#include "http/pages/locale.h"
#include "http/pages/tables.h"

namespace demo::http::pages {
namespace {

Data Tile(Language language, const std::string& key, const std::string& value, const std::string& note = {}) {
  return MakeData({{"name", std::string(Text(language, key))}, {"value", value}, {"note", note}});
}

std::string ReadAt(Language language, const char* key, UnixMillis time) {
  return Text(language, key, {{"time", FormatClock(time)}});
}

Money Average(Money total, std::int64_t count) {
  return Money::FromCents(count == 0 ? 0 : (total.cents() + count / 2) / count);
}

CountrySpending SumOf(const std::vector<CountrySpending>& countries) {
  CountrySpending sum;
  for (const CountrySpending& country : countries) {
    sum.users += country.users;
    sum.orders += country.orders;
    sum.spent += country.spent;
  }
  return sum;
}

void AddTiles(Data& data, Language language, const DashboardView& view) {
  const bool known = view.totals && view.countries;
  data.set("tiles_known", known);
  data.set("empty", false);
  if (!known) {
    data.set("tiles_unknown", UnknownSince(language, view.totals ? view.countries.error() : view.totals.error()));
    return;
  }
  const bool all = static_cast<int>(view.countries->size()) < view.countries_limit;
  // Whoever adds all of it up has counted it, too: an estimate may hold what a move between shards left behind.
  const CountrySpending counted = SumOf(*view.countries);
  const Totals totals = all ? Totals{counted.users, counted.orders, false} : *view.totals;
  data.set("empty", totals.users == 0 && totals.orders == 0);
  const std::string note(Text(language, totals.estimated ? "tile.estimated" : "tile.exact"));
  const std::string revenue_note =
      all ? std::string(Text(language, "tile.revenue.note"))
          : Text(language, "tile.revenue.partial", {{"n", FormatInteger(language, view.countries_limit)}});
  const std::string average =
      counted.orders == 0 ? "\u2013" : FormatMoney(language, Average(counted.spent, counted.orders));
  data.set("tiles",
           DataList{Tile(language, "tile.users", FormatInteger(language, totals.users), note),
                    Tile(language, "tile.orders", FormatInteger(language, totals.orders), note),
                    Tile(language, "tile.revenue", FormatMoney(language, counted.spent), revenue_note),
                    Tile(language, "tile.average", average, std::string(Text(language, "tile.average.note")))});
}

void AddDays(Data& data, Language language, const Reading<std::vector<DayOrders>>& days) {
  data.set("days_known", days.has_value());
  data.set("days_range", "");
  if (!days) {
    data.set("days_unknown", UnknownSince(language, days.error()));
    return;
  }
  DataList rows;
  for (auto day = days->rbegin(); day != days->rend(); ++day) {
    if (day->orders == 0) continue;
    rows.push_back(MakeData({{"day", FormatDay(language, day->day)},
                             {"orders", FormatInteger(language, day->orders)},
                             {"revenue", FormatMoney(language, day->revenue)}}));
  }
  data.set("days", rows);
  data.set("days_chart", DrawDays(language, *days));
  if (days->empty()) return;
  data.set("days_range", FormatDay(language, days->front().day) + " \u2013 " + FormatDay(language, days->back().day));
}

void AddCountries(Data& data, Language language, const DashboardView& view) {
  data.set("countries_known", view.countries.has_value());
  data.set("countries_note", "");
  if (!view.countries) {
    data.set("countries_unknown", UnknownSince(language, view.countries.error()));
    return;
  }
  constexpr std::size_t kDrawn = 8;
  const std::size_t drawn = std::min(kDrawn, view.countries->size());
  data.set("countries_chart", DrawCountries(language, {view.countries->begin(),
                                                       view.countries->begin() + static_cast<std::ptrdiff_t>(drawn)}));
  if (drawn == view.countries->size()) return;
  data.set("countries_note", Text(language, "countries.first", {{"n", FormatInteger(language, kDrawn)}}));
}

/// The dashboard's own address with these of its parts, ready for one more at its end.
std::string Address(const std::string& filter, std::string_view name, const std::string& cursor) {
  std::string address = "/user-dashboard?";
  if (!filter.empty()) address += "user=" + PercentEncode(filter) + "&";
  if (!cursor.empty()) address += std::string(name) + "=" + PercentEncode(cursor) + "&";
  return address;
}

std::string WithoutLast(std::string address) {
  address.pop_back();
  return address;
}

/// Those whom the tables name, so that nobody has to know an id by heart.
DataList ShownUsers(const DashboardView& view) {
  std::map<std::string, std::string> names;
  if (view.users) {
    for (const UserSummary& shown : view.users->items) names.emplace(shown.user.user_id, shown.user.name);
  }
  if (view.orders) {
    for (const Order& order : view.orders->items) names.emplace(order.user_id, order.user_name);
  }
  DataList users;
  for (const auto& [id, name] : names) users.push_back(MakeData({{"user_id", id}, {"name", name}}));
  return users;
}

void AddTables(Data& data, Language language, const DashboardView& view) {
  const std::string filter = view.no_such_user ? std::string() : view.filter;
  const std::string keeps_orders = Address(filter, "orders", view.orders_cursor);
  const std::string keeps_users = Address(filter, "users", view.users_cursor);
  AddUsers(data, language,
           {view.users, keeps_orders + "users=", view.users_cursor.empty() ? "" : WithoutLast(keeps_orders)});
  AddOrders(data, language,
            {view.orders, true, keeps_users + "orders=", view.orders_cursor.empty() ? "" : WithoutLast(keeps_users)});
  data.set("shown_users", ShownUsers(view));
  const bool one = !filter.empty();
  data.set("users_title", std::string(Text(language, one ? "users.title.one" : "users.title")));
  data.set("orders_title",
           one ? Text(language, "orders.title.one", {{"user", filter}}) : std::string(Text(language, "orders.title")));
}

/// "This deletes 5 users, 4 orders and every cached copy of them..."
std::string LossText(Language language, const std::string& action, const Loss& loss) {
  if (loss.nothing) return std::string(Text(language, "confirm.nothing"));
  const std::string key = "confirm." + action + ".text";
  if (!loss.totals) return std::string(Text(language, key + ".unknown"));
  const auto count = [&](const char* of, std::int64_t n) {
    std::string counted = CountText(language, of, n);
    return loss.totals->estimated ? Text(language, "count.about", {{"count", counted}}) : counted;
  };
  return Text(
      language, key,
      {{"users", count("count.users", loss.totals->users)}, {"orders", count("count.orders", loss.totals->orders)}});
}

}  // namespace

std::string RenderDashboard(const DashboardView& view, const Frame& frame) {
  const Language language = frame.preferences.language;
  Data data = MakeData({{"actions", ActionsData(language, view.actions)},
                        {"done", DoneData(language, view.done)},
                        {"read_at", ReadAt(language, "data.read", view.read_at)},
                        {"filter", view.filter},
                        {"filtered", !view.filter.empty()},
                        {"no_such_user", view.no_such_user},
                        {"no_such_user_text", Text(language, "filter.nobody", {{"user", view.filter}})}});
  AddTiles(data, language, view);
  AddDays(data, language, view.days);
  AddCountries(data, language, view);
  AddTables(data, language, view);
  return RenderPage("dashboard", frame, Text(language, "data.title"), data);
}

std::string RenderUser(const UserView& view, const Frame& frame) {
  const Language language = frame.preferences.language;
  const User& user = view.user.user;
  const Money average = Average(view.user.total_spent, view.user.order_count);
  Data data =
      MakeData({{"name", user.name},
                {"user_id", user.user_id},
                {"email", user.email},
                {"country", user.country},
                {"read_at", ReadAt(language, "user.read", view.read_at)},
                {"created", user.created_at ? FormatDateTime(language, *user.created_at) + " UTC"
                                            : std::string(Text(language, "users.old"))},
                {"schema", user.schema_version ? FormatInteger(language, *user.schema_version)
                                               : std::string(Text(language, "users.old"))},
                {"tiles", DataList{Tile(language, "tile.orders", FormatInteger(language, view.user.order_count)),
                                   Tile(language, "tile.spent", FormatMoney(language, view.user.total_spent),
                                        std::string(Text(language, "tile.spent.note"))),
                                   Tile(language, "tile.average",
                                        view.user.order_count == 0 ? "\u2013" : FormatMoney(language, average))}}});
  const std::string url = UserUrl(user.user_id);
  AddOrders(data, language, {view.orders, false, url + "?orders=", view.orders_cursor.empty() ? "" : url});
  return RenderPage("user", frame, user.name, data);
}

std::string RenderConfirm(const std::string& action, const Loss& loss, const Frame& frame) {
  const Language language = frame.preferences.language;
  const auto text = [&](const char* what) { return std::string(Text(language, "confirm." + action + what)); };
  const Data data = MakeData({{"action", action},
                              {"title", text(".title")},
                              {"loses", !loss.nothing},
                              {"text", LossText(language, action, loss)},
                              {"go", text(".go")},
                              {"asks_token", frame.asks_token}});
  return RenderPage("confirm", frame, text(".title"), data);
}

}  // namespace demo::http::pages
