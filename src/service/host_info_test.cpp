#include "service/host_info.h"

#include <gtest/gtest.h>

namespace demo {
namespace {

const HostInfo kInfo{"1.2.0", 8139, 1795435390123};
const std::string kText = "version 1.2.0, process 8139, since 2026-11-23T12:03:10.123Z";

TEST(HostInfo, IsReadAsItWasWritten) {
  EXPECT_EQ(WriteHostInfo(kInfo), kText);
  EXPECT_EQ(ReadHostInfo(kText), kInfo);
}

TEST(HostInfo, WhatAnotherProgramWroteIsNotGuessed) {
  for (const char* text :
       {"", "version 1", "demo", "version 1.2.0, process x, since 2026-11-23T12:03:10.123Z",
        "version 1.2.0, process 8139, since 2026-11-23", "version 1.2.0, process 8139, since 2026-13-23T12:03:10.123Z",
        "version 1.2.0, process 8139, since 2026-11-23T12:03:10.123Z.", ", since , process version "}) {
    EXPECT_EQ(ReadHostInfo(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace demo
