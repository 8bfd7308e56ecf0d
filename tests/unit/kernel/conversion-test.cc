#include "kernel/conversion.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>

#include "tests/unit/support/test-kernel.h"

using krait::Handle;
using krait::PyRef;
using krait::test::Recorded;
using krait::test::RecordedReader;
using krait::test::RecordingWriter;
using krait::test::TestKernel;
using krait::test::textOf;
using krait::wire::FailureKind;
using krait::wire::TextEncoding;
using krait::wire::ValueTag;

namespace {

Recorded sent(TestKernel& kernel, const std::string& expression) {
  Recorded value;
  RecordingWriter writer(value);
  PyRef object = kernel.python.evaluate(expression);
  REQUIRE(kernel.conversion.write(object.get(), writer));
  CHECK(writer.taken() == 1);
  return value;
}

std::string received(TestKernel& kernel, const Recorded& value) {
  auto object = kernel.conversion.read(RecordedReader(value));
  REQUIRE(object);
  PyRef repr = PyRef::steal(PyObject_Repr(object->get()));
  return std::string(Py_TYPE(object->get())->tp_name) + " " + textOf(repr.get());
}

FailureKind refused(TestKernel& kernel, const Recorded& value) {
  auto object = kernel.conversion.read(RecordedReader(value));
  REQUIRE_FALSE(object);
  return object.error().kind;
}

}  // namespace

TEST_CASE("kernel/conversion: None, bools and floats cross by value (TC-py)") {
  TestKernel kernel;

  CHECK(sent(kernel, "None").tag == ValueTag::NONE);
  CHECK(sent(kernel, "True").boolean == true);
  CHECK(sent(kernel, "False").tag == ValueTag::BOOL);
  CHECK(sent(kernel, "1.5").number == 1.5);
  CHECK(std::isnan(sent(kernel, "float('nan')").number));
  CHECK(std::signbit(sent(kernel, "-0.0").number));
  CHECK(sent(kernel, "float('-inf')").number == -HUGE_VAL);
}

TEST_CASE(
    "kernel/conversion: an int is a number up to 2**53 - 1, and a BigInt beyond (TC-py.int)") {
  TestKernel kernel;
  const struct {
    const char* expression;
    double number;
  } safe[] = {{"0", 0},
              {"-1", -1},
              {"2**30", 1073741824},
              {"2**53 - 1", 9007199254740991},
              {"1 - 2**53", -9007199254740991}};
  for (const auto& [expression, number] : safe) {
    const Recorded value = sent(kernel, expression);
    CHECK(value.tag == ValueTag::INT);
    CHECK(value.number == number);
  }
  const char* large[] = {"2**53",   "-2**53",   "2**63",  "-2**63",  "2**64 + 1", "-2**64 - 1",
                         "10**300", "-10**300", "2**255", "-2**255", "2**256 - 1"};
  for (const char* expression : large) {
    CAPTURE(expression);
    const Recorded value = sent(kernel, expression);
    CHECK(value.tag == ValueTag::BIG_INT);
    auto back = kernel.conversion.read(RecordedReader(value));
    kernel.python.set("back", back->get());
    CHECK(kernel.python.holds(std::string("back == ") + expression));
    CHECK(kernel.client.isBigInt(back->get()));
  }
}

TEST_CASE(
    "kernel/conversion: subclasses of int, float and str cross as their base (TC-round.subclass)") {
  TestKernel kernel;
  kernel.python.run(
      "import enum\n"
      "class Colour(enum.IntEnum): RED = 3\n"
      "class Text(str): pass\n"
      "class Real(float): pass\n");

  CHECK(sent(kernel, "Colour.RED").number == 3);
  CHECK(sent(kernel, "Text('abc')").text() == "abc");
  CHECK(sent(kernel, "Real(2.5)").number == 2.5);
}

TEST_CASE("kernel/conversion: a JsBigInt stays a BigInt however small (TC-py.bigint)") {
  TestKernel kernel;
  PyRef small = *kernel.client.makeBigInt(kernel.python.evaluate("3"));
  Recorded value;
  RecordingWriter writer(value);

  REQUIRE(kernel.conversion.write(small.get(), writer));

  CHECK(value.tag == ValueTag::BIG_INT);
  CHECK(value.bytes == std::vector<uint8_t>{3});
}

TEST_CASE("kernel/conversion: other objects are exported and come home as themselves") {
  TestKernel kernel;
  kernel.python.run("things = [[], (), {}, len, int, object()]");

  for (int i = 0; i < 6; i++) {
    const std::string expression = "things[" + std::to_string(i) + "]";
    const Recorded value = sent(kernel, expression);
    REQUIRE(value.tag == ValueTag::MINE);
    PyRef home = *kernel.conversion.read(RecordedReader(Recorded::yours(value.handle)));
    CHECK(home.get() == kernel.python.evaluate(expression).get());
    kernel.dispatcher.release(value.handle, 1);
  }
}

TEST_CASE("kernel/conversion: a client's object goes home as its handle") {
  TestKernel kernel;
  const Handle handle = kernel.client.introduce(5);
  {
    PyRef object = *kernel.conversion.read(RecordedReader(Recorded::mine(handle, 77)));
    CHECK(kernel.client.lastFlags() == 77);
    kernel.python.set("theirs", object.get());
  }

  const Recorded value = sent(kernel, "theirs");

  CHECK(value.tag == ValueTag::YOURS);
  CHECK(value.handle == handle);
  kernel.python.run("del theirs");
  CHECK(kernel.client.introductions() == 0);
}

TEST_CASE("kernel/conversion: null is jsnull, or None when that is chosen (TC-js.null)") {
  TestKernel kernel;
  PyRef null = *kernel.conversion.read(RecordedReader(Recorded::null()));
  Recorded back;
  RecordingWriter writer(back);

  REQUIRE(kernel.conversion.write(null.get(), writer));
  CHECK(back.tag == ValueTag::JS_NULL);
  kernel.conversion.setConvertNullToNone(true);
  CHECK(received(kernel, Recorded::null()) == "NoneType None");
}

TEST_CASE("kernel/conversion: values of the client become Python's own (TC-js)") {
  TestKernel kernel;

  CHECK(received(kernel, Recorded::undefined()) == "NoneType None");
  CHECK(received(kernel, Recorded::none()) == "NoneType None");
  CHECK(received(kernel, Recorded::of(true)) == "bool True");
  CHECK(received(kernel, Recorded::of(-7)) == "int -7");
  CHECK(received(kernel, Recorded::integer(-0.0)) == "int 0");
  CHECK(received(kernel, Recorded::integer(9007199254740991)) == "int 9007199254740991");
  CHECK(received(kernel, Recorded::of(9007199254740992.0)) == "float 9007199254740992.0");
  CHECK(received(kernel, Recorded::of("snake")) == "str 'snake'");
  CHECK(received(kernel, Recorded::blob({0, 255})) == "bytes b'\\x00\\xff'");
  CHECK(received(kernel, Recorded::bigInt({})) == "JsBigInt 0");
  CHECK(received(kernel, Recorded::bigInt({0xff})) == "JsBigInt -1");
  CHECK(received(kernel, Recorded::bigInt({0, 0, 0, 0, 0, 0, 0, 0, 1})) ==
        "JsBigInt 18446744073709551616");
}

TEST_CASE("kernel/conversion: malformed values are refused") {
  TestKernel kernel;

  CHECK(refused(kernel, Recorded::integer(1.5)) == FailureKind::PROTOCOL);
  CHECK(refused(kernel, Recorded::integer(1e300)) == FailureKind::PROTOCOL);
  CHECK(refused(kernel, Recorded::integer(std::nan(""))) == FailureKind::PROTOCOL);
  CHECK(refused(kernel, Recorded::absent()) == FailureKind::PROTOCOL);
  CHECK(refused(kernel, {.tag = std::bit_cast<ValueTag>(uint16_t{99})}) == FailureKind::PROTOCOL);
  CHECK(refused(kernel, Recorded::graph({1, 2})) == FailureKind::PROTOCOL);
  CHECK(refused(kernel, Recorded::yours({4, 4})) == FailureKind::STALE_HANDLE);
}

TEST_CASE("kernel/conversion: what the carrier refuses is a limit failure and exports nothing") {
  TestKernel kernel;
  Recorded value;
  RecordingWriter writer(value, 10);
  PyRef text = kernel.python.evaluate("'x' * 11");
  PyRef integer = kernel.python.evaluate("2**100");

  CHECK(kernel.conversion.write(text.get(), writer).error().kind == FailureKind::LIMIT);
  CHECK(kernel.conversion.write(integer.get(), writer).error().kind == FailureKind::LIMIT);
  CHECK(writer.taken() == 0);
}
