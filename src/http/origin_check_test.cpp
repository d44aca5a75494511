#include "http/origin_check.h"

#include <gtest/gtest.h>

namespace demo::http {
namespace {

bool Allowed(std::string_view host, std::string_view origin, std::string_view site = {}) {
  Request request;
  request.host = host;
  request.origin = origin;
  request.sec_fetch_site = site;
  return IsOriginAllowed(request);
}

TEST(OriginCheck, ProgramsSendNeitherHeader) { EXPECT_TRUE(Allowed("demo.local", "")); }

TEST(OriginCheck, OwnPagesMayAct) {
  EXPECT_TRUE(Allowed("demo.local", "http://demo.local"));
  EXPECT_TRUE(Allowed("demo.local", "https://demo.local")) << "a gateway ended TLS";
  EXPECT_TRUE(Allowed("Demo.Local", "http://demo.local"));
  EXPECT_TRUE(Allowed("127.0.0.1:5000", "http://127.0.0.1:5000"));
  EXPECT_TRUE(Allowed("[::1]:5000", "http://[::1]:5000"));
  EXPECT_TRUE(Allowed("demo.local:80", "http://demo.local"));
  EXPECT_TRUE(Allowed("demo.local:443", "https://demo.local"));
}

TEST(OriginCheck, OtherPagesMayNot) {
  EXPECT_FALSE(Allowed("demo.local", "http://evil.example"));
  EXPECT_FALSE(Allowed("demo.local", "http://demo.local.evil.example"));
  EXPECT_FALSE(Allowed("demo.local", "http://evil-demo.local"));
  EXPECT_FALSE(Allowed("127.0.0.1:5000", "http://127.0.0.1:5001"));
  EXPECT_FALSE(Allowed("127.0.0.1:5000", "http://127.0.0.1"));
  EXPECT_FALSE(Allowed("demo.local:443", "http://demo.local")) << "443 is not what http leaves out";
  EXPECT_FALSE(Allowed("demo.local", "null"));
  EXPECT_FALSE(Allowed("", "http://"));
  EXPECT_FALSE(Allowed("demo.local", "demo.local"));
}

TEST(OriginCheck, WhatTheBrowserSaysAboutTheSiteDecides) {
  EXPECT_TRUE(Allowed("upstream:5000", "http://demo.local", "same-origin")) << "a proxy wrote Host anew";
  EXPECT_TRUE(Allowed("demo.local", "", "none"));
  EXPECT_FALSE(Allowed("demo.local", "http://demo.local", "cross-site"));
  EXPECT_FALSE(Allowed("demo.local", "", "same-site"));
  EXPECT_FALSE(Allowed("demo.local", "", "Same-Origin"));
}

}  // namespace
}  // namespace demo::http
