#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

namespace demo::cluster {

// For tests: what a real sharded MongoDB 4.0.3 answered.

inline const boost::json::object& Recording() {
  static const boost::json::object kRecording = [] {
    std::ifstream file(DEMO_SOURCE_DIR "/tests/data/mongo-replies/mongodb-4.0.3.json");
    std::stringstream text;
    text << file.rdbuf();
    return boost::json::parse(text.str()).as_object();
  }();
  return kRecording;
}

inline boost::json::object Recorded(const char* name) { return Recording().at(name).at("reply").as_object(); }

inline boost::json::object AsBatch(boost::json::array rows) { return {{"cursor", {{"firstBatch", std::move(rows)}}}}; }

/// Recorded rows as a cursor's first batch.
inline boost::json::object RecordedBatch(const char* name) {
  return AsBatch(Recording().at(name).at("reply").as_array());
}

}  // namespace demo::cluster
