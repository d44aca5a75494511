#include "store/mongo/records.h"

namespace demo::mongo {

Document ToDocument(const User& user, std::string_view seq) {
  Document document;
  document.Add("_id", user.user_id).Add("seq", seq);
  document.Add("name", user.name).Add("email", user.email).Add("country", user.country);
  if (user.created_at) document.Add("created_at", Date{*user.created_at});
  if (user.schema_version) document.Add("schema_version", std::int32_t{*user.schema_version});
  return document;
}

Document ToDocument(const Order& order, std::string_view seq) {
  Document document;
  document.Add("_id", order.order_id).Add("user_id", order.user_id).Add("seq", seq);
  document.Add("amount", order.amount).Add("created_at", Date{order.created_at});
  return document;
}

User ToUser(const View& document) {
  User user{document.Text("_id"),     document.Text("name"), document.Text("email"),
            document.Text("country"), std::nullopt,          std::nullopt};
  user.created_at = document.FindDate("created_at");
  if (const auto version = document.FindInt("schema_version")) user.schema_version = static_cast<int>(*version);
  return user;
}

Order ToOrder(const View& document) {
  return {document.Text("_id"), document.Text("user_id"), document.Text("user_name"),
          document.FindMoney("amount").value_or(Money()), document.FindDate("created_at").value_or(0)};
}

}  // namespace demo::mongo
