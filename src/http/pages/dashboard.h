#pragma once

#include <string>
#include <vector>

#include "http/pages/page.h"
#include "store/store.h"

namespace demo::http::pages {

struct DashboardView {
  Reading<Totals> totals;
  Reading<std::vector<DayOrders>> days;             ///< As EveryDay gives them.
  Reading<std::vector<CountrySpending>> countries;  ///< All of them, the first by spending, up to `countries_limit`.
  int countries_limit = 0;
  Reading<Page<UserSummary>> users;
  Reading<Page<Order>> orders;
  std::string filter;         ///< The id of the one user to show, or empty.
  bool no_such_user = false;  ///< `filter` names nobody; all are shown.
  std::string users_cursor;   ///< Where this page of users begins; empty on the first.
  std::string orders_cursor;
  std::vector<Action> actions;
  Done done;
  UnixMillis read_at = 0;
};

/// The page "/user-dashboard". Pure.
std::string RenderDashboard(const DashboardView& view, const Frame& frame);

struct UserView {
  UserSummary user;
  Reading<Page<Order>> orders;
  std::string orders_cursor;
  UnixMillis read_at = 0;
};

/// The page "/user-dashboard/users/{user_id}". Pure.
std::string RenderUser(const UserView& view, const Frame& frame);

/// What an action that deletes would take away.
struct Loss {
  Reading<Totals> totals;
  bool nothing = false;  ///< The store was seen to hold neither user nor order.
};

/// The page that asks before `action` ("clear-data", "load-sample-data") and names what would be lost; the script takes
/// its dialog from it. Pure.
std::string RenderConfirm(const std::string& action, const Loss& loss, const Frame& frame);

}  // namespace demo::http::pages
