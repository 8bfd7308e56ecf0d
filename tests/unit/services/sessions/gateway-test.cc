#include "services/sessions/gateway.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

using krait::sessions::isGatewayReady;

namespace {

/// The ends of a control socket.
struct Control {
  std::array<int, 2> ends{};

  Control() { REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0); }
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;
  ~Control() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
};

}  // namespace

TEST_CASE("gateway: one that is ready says so") {
  const Control control;
  REQUIRE(write(control.ends[1], "r", 1) == 1);
  CHECK(isGatewayReady(control.ends[0]));
}

TEST_CASE("gateway: one that ends, or says something else, is not ready") {
  Control control;
  SUBCASE("it ends") { shutdown(control.ends[1], SHUT_WR); }
  SUBCASE("it says something else") { REQUIRE(write(control.ends[1], "x", 1) == 1); }
  CHECK_FALSE(isGatewayReady(control.ends[0]));
}

TEST_CASE("gateway: signals do not end the wait for one") {
  using namespace std::chrono_literals;
  struct sigaction ignoring{};
  struct sigaction before{};
  ignoring.sa_handler = [](int) {};
  REQUIRE(sigaction(SIGCHLD, &ignoring, &before) == 0);
  const Control control;
  const pthread_t waiting = pthread_self();
  std::thread other([&] {
    for (int i = 0; i < 5; i++) {
      std::this_thread::sleep_for(10ms);
      pthread_kill(waiting, SIGCHLD);
    }
    std::this_thread::sleep_for(10ms);
    CHECK(write(control.ends[1], "r", 1) == 1);
  });
  CHECK(isGatewayReady(control.ends[0]));
  other.join();
  sigaction(SIGCHLD, &before, nullptr);
}
