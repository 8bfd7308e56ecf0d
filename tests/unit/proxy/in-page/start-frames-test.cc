#include "proxy/in-page/start-frames.h"

#include <doctest/doctest.h>

#include "tests/unit/support/recorded-values.h"

using krait::test::Recorded;
using krait::test::RecordedArguments;
using krait::wire::FailureKind;

namespace {

Recorded text(const char* value) { return Recorded::of(value); }

}  // namespace

TEST_CASE("proxy/in-page/start-frames: a start frame holds paths and arguments") {
  auto config = krait::startConfigIn(RecordedArguments(
      {text("exe"), text("home"), Recorded::of(2), text("p1"), text("p2"), text("-c"), text("1")}));

  REQUIRE(config);
  CHECK(config->executable == "exe");
  CHECK(config->home == "home");
  CHECK(config->searchPaths == std::vector<std::string>{"p1", "p2"});
  CHECK(config->args == std::vector<std::string>{"-c", "1"});
}

TEST_CASE("proxy/in-page/start-frames: a refresh frame holds arguments and the environment") {
  auto config =
      krait::refreshConfigIn(RecordedArguments({text("exe"), text("/w"), Recorded::of(1), text("a"),
                                                text("K"), text("v"), text("L"), text("")}));

  REQUIRE(config);
  CHECK(config->workingFolder == "/w");
  CHECK(config->args == std::vector<std::string>{"a"});
  REQUIRE(config->environment.size() == 2);
  CHECK(config->environment[0] == std::pair<std::string, std::string>("K", "v"));
  CHECK(config->environment[1] == std::pair<std::string, std::string>("L", ""));
}

TEST_CASE("proxy/in-page/start-frames: frames of another shape are protocol failures") {
  const std::vector<std::vector<Recorded>> kMalformed = {
      {},
      {text("exe")},
      {text("exe"), text("home")},
      {text("exe"), Recorded::none(), Recorded::of(0)},
      {text("exe"), text("home"), text("1")},
      {text("exe"), text("home"), Recorded::of(2), text("p")},
      {text("exe"), text("home"), Recorded::integer(-1)},
      {text("exe"), text("home"), Recorded::integer(4294967296.0)},
      {text("exe"), text("home"), Recorded::of(0), Recorded::of(5)},
  };
  for (const auto& slots : kMalformed) {
    auto start = krait::startConfigIn(RecordedArguments(slots));
    auto refresh = krait::refreshConfigIn(RecordedArguments(slots));
    REQUIRE_FALSE(start);
    REQUIRE_FALSE(refresh);
    CHECK(start.error().kind == FailureKind::PROTOCOL);
    CHECK(refresh.error().kind == FailureKind::PROTOCOL);
  }
}

TEST_CASE("proxy/in-page/start-frames: a variable without a value is a protocol failure") {
  auto config = krait::refreshConfigIn(
      RecordedArguments({text("exe"), text("/w"), Recorded::of(0), text("K")}));

  CHECK_FALSE(config);
}
