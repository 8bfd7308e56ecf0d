#include "proxy/js-bigint.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::test::Recorded;
using krait::test::TestPage;
using krait::wire::Op;
using krait::wire::ValueTag;

TEST_CASE("proxy/js-bigint: the left operand decides the type of a result") {
  TestPage page;
  page.python.run(
      "from operator import *\n"
      "from builtins import pow\n"
      "B = krait.JsBigInt\n"
      "b = B(7)\n"
      "kept = [neg, pos, invert, abs]\n"
      "assert all(type(f(b)) is B and f(b) == f(7) for f in kept)\n"
      "two = [add, sub, and_, or_, xor, floordiv, mod, lshift, rshift, pow]\n"
      "assert all(type(f(b, 3)) is B and f(b, 3) == f(7, 3) for f in two)\n"
      "assert all(type(f(b, B(3))) is B for f in two)\n"
      "assert all(type(f(7, B(3))) is int and f(7, B(3)) == f(7, 3) for f in two)\n"
      "assert type(b * 3) is int and type(b / 2) is float and type(pow(b, -1)) is float\n"
      "assert type(pow(b, 2, 5)) is B and pow(b, 2, 5) == 4\n");

  CHECK(page.python.holds("isinstance(b, int) and b == 7 and hash(b) == hash(7)"));
  CHECK(page.python.holds("b.__add__('x') is NotImplemented"));
  CHECK(page.raised("b // 0").starts_with("ZeroDivisionError"));
}

TEST_CASE("proxy/js-bigint: a BigInt stays one both ways, small ones too") {
  TestPage page;
  page.show("f", 1, krait::bit(krait::wire::TypeFlag::CALLABLE));
  page.on(Op::CALL, [](const auto& asked) { return asked.values[0]; });

  page.python.run(
      "for n in (0, 3, -1, 2**100):\n"
      "  r = f(krait.JsBigInt(n))\n"
      "  assert type(r) is krait.JsBigInt and r == n\n");

  CHECK(page.last().values[0].tag == ValueTag::BIG_INT);
}
