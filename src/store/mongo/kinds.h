#pragma once

#include <array>
#include <string>

/// What a request's record says it does.
namespace demo::mongo {

inline constexpr const char* kAddsUser = "user";
inline constexpr const char* kPlacesOrder = "order";
inline constexpr const char* kPlacesRandomOrder = "random order";
inline constexpr const char* kMigrates = "migration";
inline constexpr const char* kReplaces = "replacement";
inline constexpr const char* kClears = "clearing";
inline constexpr const char* kIsRecorded = "request";

/// Those that insert a document whose id stands in their record.
inline const std::array<std::string, 3> kInsertions = {kAddsUser, kPlacesOrder, kPlacesRandomOrder};

}  // namespace demo::mongo
