#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-link.h"

using krait::OutgoingFrame;
using krait::SessionOptions;
using krait::test::Recorded;
using krait::test::TestLink;
using krait::wire::Op;

namespace wire = krait::wire;

namespace {

/// A Hello that a test changes as it likes.
void greet(TestLink& link, const std::function<void(wire::Hello::Builder)>& change) {
  link.write([&](OutgoingFrame& frame) {
    auto hello = frame.message().initHello();
    hello.setMagic(wire::PROTOCOL_MAGIC);
    hello.initVersion().setMajor(wire::PROTOCOL_MAJOR);
    hello.setMinMajor(wire::PROTOCOL_MAJOR);
    change(hello);
  });
  link.deliver();
}

SessionOptions withToken(std::string_view token) {
  SessionOptions options;
  options.token = std::vector<uint8_t>(token.begin(), token.end());
  return options;
}

void setToken(wire::Hello::Builder hello, std::string_view token) {
  hello.setToken({reinterpret_cast<const uint8_t*>(token.data()), token.size()});
}

}  // namespace

TEST_CASE("proxy/messages/handshake: nothing is legal before the greeting") {
  TestLink link(false);

  link.writeCall(Op::EVAL, {}, {Recorded::of("1")});
  link.deliver();

  CHECK(link.session.link().isClosed());
  CHECK(link.told() == std::vector<std::string>{"bye 1 a message that is not legal here"});
}

TEST_CASE("proxy/messages/handshake: a version that is not understood is refused with both") {
  TestLink link(false);

  greet(link, [](wire::Hello::Builder hello) {
    hello.getVersion().setMajor(7);
    hello.getVersion().setMinor(2);
    hello.setMinMajor(6);
  });

  REQUIRE(link.told().size() == 1);
  CHECK(link.told()[0] ==
        "bye 1 the client speaks version 7.2 of the protocol, the kernel version 1.0");
}

TEST_CASE("proxy/messages/handshake: a client that also speaks this version is welcome") {
  TestLink link(false);

  greet(link, [](wire::Hello::Builder hello) { hello.getVersion().setMajor(7); });

  CHECK(link.told() == std::vector<std::string>{"welcome 1.0"});
}

TEST_CASE("proxy/messages/handshake: whoever does not begin with the magic number is no client") {
  TestLink link(false);

  greet(link, [](wire::Hello::Builder hello) { hello.setMagic(1); });

  CHECK(link.told() == std::vector<std::string>{"bye 1 this is no greeting"});
}

TEST_CASE("proxy/messages/handshake: a second greeting ends the link") {
  TestLink link;

  greet(link, [](wire::Hello::Builder) {});

  CHECK(link.session.link().isClosed());
}

TEST_CASE("proxy/messages/handshake: only the right token admits") {
  for (const std::string_view token : {"", "secre", "secret!", "Secret"}) {
    TestLink link(false, withToken("secret"));
    greet(link, [&](wire::Hello::Builder hello) { setToken(hello, token); });
    CHECK(link.told() ==
          std::vector<std::string>{"bye 3 the token is not the one that admits clients"});
  }
  TestLink link(false, withToken("secret"));
  greet(link, [](wire::Hello::Builder hello) { setToken(hello, "secret"); });
  CHECK(link.session.link().isOpen());
}

TEST_CASE("proxy/messages/handshake: without attachments long bytes stay in the frame") {
  TestLink link(false);
  greet(link, [](wire::Hello::Builder) {});

  const auto text = link.eval("'x' * 1000000");

  CHECK(text.values[0].bytes.size() == 1000000);
}
