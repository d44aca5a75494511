#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <random>
#include <set>
#include <string>

#include "base/unique_fd.h"
#include "store/conformance/store_conformance.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temporary_folder.h"

namespace demo {
namespace {

constexpr int kRuns = 20;
constexpr std::size_t kLineSize = 33;  // "order_", a ULID and a newline

/// What the killed process does: it writes the id of each order that was acknowledged to `output`.
[[noreturn]] void PlaceOrdersForEver(const std::filesystem::path& folder, int output) {
  const auto store = Ok(OpenSqliteStore(folder, {}));
  AtOnce(4, [&](int thread) {
    for (int i = 0;; ++i) {
      const std::string key = std::to_string(getpid()) + "-" + std::to_string(thread) + "-" + std::to_string(i);
      const auto order = store->PlaceOrder({"user_1", Money::FromCents(10)}, {key, "f"});
      if (!order) _exit(1);
      const std::string line = order->order_id + "\n";  // short enough for a pipe to keep it whole
      if (write(output, line.data(), line.size()) < 0) _exit(1);
    }
  });
  _exit(1);
}

class KilledStore : public testing::Test {
 protected:
  /// Starts the process, kills it after so many acknowledgements, and returns all that it had given.
  std::set<std::string> RunAndKill(std::size_t acknowledgements) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const pid_t child = fork();
    if (child == 0) PlaceOrdersForEver(folder_.path(), ends[1]);  // no other thread runs here
    close(ends[1]);
    const UniqueFd from(ends[0]);
    std::string text = ReadFrom(from.get(), acknowledgements * kLineSize);
    kill(child, SIGKILL);
    text += ReadFrom(from.get(), std::string::npos);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    std::set<std::string> ids;
    for (std::size_t at = text.find("order_"); at != std::string::npos; at = text.find("order_", at + 1)) {
      ids.insert(text.substr(at, kLineSize - 1));
    }
    return ids;
  }

  std::filesystem::path folder() const { return folder_.path(); }

 private:
  static std::string ReadFrom(int descriptor, std::size_t least) {
    std::string text;
    char bytes[4096];
    while (text.size() < least) {
      const ssize_t count = read(descriptor, bytes, sizeof bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      text.append(bytes, static_cast<std::size_t>(count));
    }
    return text;
  }

  TemporaryFolder folder_;
};

TEST_F(KilledStore, HoldsWhatItAcknowledgedOnceEach) {
  Ok(Ok(OpenSqliteStore(folder(), {}))->ReplaceAll(std::vector{OldUser("user_1")}, {}, {}));
  std::set<std::string> acknowledged;
  std::mt19937 random(std::random_device{}());
  for (int run = 0; run < kRuns; ++run) {
    acknowledged.merge(RunAndKill(std::uniform_int_distribution<std::size_t>(10, 150)(random)));
    const auto store = Ok(OpenSqliteStore(folder(), {}));
    for (const std::string& id : acknowledged) ASSERT_TRUE(store->GetOrder("user_1", id).has_value()) << run << id;

    const auto totals = Ok(store->CountAll());
    EXPECT_GE(totals.orders, std::ssize(acknowledged));
    EXPECT_EQ(Ok(store->GetUser("user_1")).total_spent, Money::FromCents(10 * totals.orders));
    const auto file = Ok(sqlite::Connection::Open(folder() / "demo.db", sqlite::Connection::Access::kReadOnly, 100));
    EXPECT_EQ(Ok(file->QueryInt("SELECT count(*) FROM requests")), totals.orders) << "one order for each key";
    EXPECT_EQ(Ok(file->QueryInt("SELECT count(*) FROM orders")), totals.orders) << "numbers have no gaps";
    EXPECT_EQ(Ok(file->QueryInt("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'")), 1);
  }
  EXPECT_GE(std::ssize(acknowledged), kRuns * 10);
}

}  // namespace
}  // namespace demo
