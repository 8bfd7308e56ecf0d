#include "services/sessions/address.h"

#include <doctest/doctest.h>

#include <string>

using krait::sessions::Address;
using krait::sessions::parseAddress;

namespace {

std::string problemOf(const char* text) {
  std::string problem;
  CHECK_FALSE(parseAddress(text, problem));
  return problem;
}

Address addressOf(const char* text) {
  std::string problem;
  auto address = parseAddress(text, problem);
  CHECK_MESSAGE(address.has_value(), text);
  return address.value_or(Address{});
}

}  // namespace

TEST_CASE("addresses of all kinds are taken apart") {
  const Address local = addressOf("unix:/run/a.sock");
  CHECK(local.kind == Address::Kind::unix_socket);
  CHECK(local.path == "/run/a.sock");

  CHECK(addressOf("ws://127.0.0.1:80").kind == Address::Kind::websocket);
  CHECK_FALSE(addressOf("ws://127.0.0.1:80").isEncrypted);
  for (const char* text : {"wss://0.0.0.0:443", "wss://[::]:443", "wss://10.0.0.1:443"}) {
    CHECK(addressOf(text).kind == Address::Kind::websocket);
    CHECK(addressOf(text).isEncrypted);
  }
  CHECK(addressOf("tls://0.0.0.0:0").kind == Address::Kind::tcp);
  CHECK(addressOf("tls://0.0.0.0:0").isEncrypted);
  for (const char* text : {"tcp://127.0.0.1:0", "tcp://localhost:65535", "tcp://[::1]:7000"}) {
    const Address tcp = addressOf(text);
    CHECK(tcp.kind == Address::Kind::tcp);
    CHECK(tcp.text == text);
  }
}

TEST_CASE("what is no address, or reaches beyond this machine, is refused") {
  for (const char* text :
       {"", "unix:", "tcp://", "tcp://:1", "/run/a.sock", "http://127.0.0.1:1"}) {
    CHECK(problemOf(text).find("is neither") == 0);
  }
  for (const char* text : {"tcp://127.0.0.1:", "tcp://127.0.0.1:-1", "tcp://127.0.0.1:65536",
                           "tcp://127.0.0.1:1x", "tcp://somewhere:1"}) {
    CHECK(problemOf(text).find("has no numeric address") == 0);
  }
  for (const char* text : {"tcp://0.0.0.0:1", "tcp://10.0.0.1:1", "ws://[::]:1"}) {
    CHECK(problemOf(text).find("is beyond this machine") == 0);
  }
}
