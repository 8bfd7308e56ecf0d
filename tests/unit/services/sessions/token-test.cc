#include "services/sessions/token.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>

using krait::sessions::holdToken;
using krait::sessions::readToken;
using krait::sessions::Token;
using krait::sessions::tokenFrom;

TEST_CASE("a token that is held can be read again and again") {
  const Token token = {'s', 0, 0xff};
  const int descriptor = holdToken(token);
  REQUIRE(descriptor >= 0);
  CHECK(readToken(descriptor) == token);
  CHECK(readToken(descriptor) == token);
  close(descriptor);
  CHECK_FALSE(readToken(descriptor));
}

TEST_CASE("line ends behind a token in a file do not count") {
  char path[] = "/tmp/krait-token-XXXXXX";
  const int file = mkstemp(path);
  REQUIRE(write(file, "a\nb\r\n\n", 6) == 6);
  CHECK(tokenFrom(path) == Token{'a', '\n', 'b'});
  close(file);
  unlink(path);
  CHECK_FALSE(tokenFrom(path));
}
