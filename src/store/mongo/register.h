#pragma once

#include <functional>

#include "base/shared_register.h"
#include "mongo/connection.h"

namespace demo::mongo {

/// The register is one document; each change is one findAndModify of a majority.
class Register final : public SharedRegister {
 public:
  /// Opens a connection for the calling thread, or says why not now.
  using Connect = std::function<Result<Connection>()>;

  explicit Register(Connect connect) : connect_(std::move(connect)) {}

  Result<Value> Read() override;
  Result<Value> Write(const std::string& text) override;
  Result<Value> WriteIf(std::int64_t version, const std::string& text) override;

 private:
  const Connect connect_;
};

}  // namespace demo::mongo
