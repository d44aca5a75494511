#include "config/secret_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace demo {

std::optional<std::string> ReadSecretFile(std::string_view path, std::size_t longest) {
  const UniqueFd file(open(std::string(path).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file) return std::nullopt;
  constexpr std::size_t kLineEnds = 4;
  std::string text(longest + kLineEnds, '\0');
  const ssize_t length = read(file.get(), text.data(), text.size());
  if (length < 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(length));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.size() > longest) return std::nullopt;
  return text;
}

}  // namespace demo
