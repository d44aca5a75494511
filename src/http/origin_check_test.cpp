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

TEST(OriginCheck, ProxiesMayNameTheHostAnew) {
  const auto behind_proxy = [](std::string_view origin, std::string_view forwarded_host,
                               std::string_view forwarded_port = {}) {
    Request request;
    request.host = "upstream:5000";
    request.origin = origin;
    request.x_forwarded_host = forwarded_host;
    request.x_forwarded_port = forwarded_port;
    return IsOriginAllowed(request);
  };
  EXPECT_TRUE(behind_proxy("http://demo.local", "demo.local"));
  EXPECT_TRUE(behind_proxy("https://Demo.Local", "demo.local:443"));
  EXPECT_TRUE(behind_proxy("http://demo.local:8080", "demo.local:8080"));
  EXPECT_TRUE(behind_proxy("http://demo.local:8080", "demo.local", "8080"));
  EXPECT_TRUE(behind_proxy("http://demo.local:8080", "demo.local"));
  EXPECT_TRUE(behind_proxy("http://[::1]:8080", "[::1]"));
  EXPECT_TRUE(behind_proxy("http://demo.local", "demo.local, inner:80", "80, 8080")) << "the first met the client";
  EXPECT_FALSE(behind_proxy("http://evil.example", "demo.local"));
  EXPECT_FALSE(behind_proxy("http://inner", "demo.local, inner"));
  EXPECT_FALSE(behind_proxy("http://demo.local:8080", "demo.local:8081"));
  EXPECT_FALSE(behind_proxy("http://demo.local:8080", "demo.local", "80"));
  EXPECT_FALSE(behind_proxy("http://demo.local:8080.evil.example", "demo.local"));
  EXPECT_FALSE(behind_proxy("http://demo.local", ""));
  EXPECT_FALSE(behind_proxy("null", "null"));
}

TEST(OriginCheck, AHostThatLostItsPortIsTheHost) {
  EXPECT_TRUE(Allowed("demo.local", "http://demo.local:8080"));
  EXPECT_FALSE(Allowed("demo.local", "http://demo.local.evil.example:8080"));
  EXPECT_FALSE(Allowed("demo.local", "http://demo.local:"));
  EXPECT_FALSE(Allowed("", "http://:80"));
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
