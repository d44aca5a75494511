#include "http/answers.h"
#include "http/handlers/handlers.h"

namespace demo::http {

// That a loop answers at all is the whole question: nothing else is asked, so that nothing else can end the process.
Result<Response> ShowLiveness(const Request&, Services&) {
  JsonWriter json;
  json.BeginObject().Key("status").String("alive").EndObject();
  return Json(std::move(json));
}

}  // namespace demo::http
