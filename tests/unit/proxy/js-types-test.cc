#include "proxy/js-types.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::test::TestPage;
using krait::wire::TypeFlag;

TEST_CASE("proxy/js-types: what an object can do shows in its class") {
  struct Case {
    TypeFlag flag;
    const char* members;
  };
  constexpr Case kCases[] = {
      {TypeFlag::CALLABLE, "__call__ __get__ new"},
      {TypeFlag::HAS_LENGTH, "__len__"},
      {TypeFlag::HAS_GET, "__getitem__"},
      {TypeFlag::HAS_SET, "__setitem__ __delitem__"},
      {TypeFlag::HAS_CONTAINS, "__contains__"},
      {TypeFlag::ITERABLE, "__iter__"},
      {TypeFlag::ITERATOR, "__iter__ __next__ send"},
      {TypeFlag::GENERATOR, "throw close"},
      {TypeFlag::ASYNC_ITERABLE, "__aiter__"},
      {TypeFlag::ASYNC_ITERATOR, "__aiter__ __anext__ asend"},
      {TypeFlag::ASYNC_GENERATOR, "athrow aclose"},
      {TypeFlag::AWAITABLE, "__await__ then catch finally_"},
      {TypeFlag::BUFFER,
       "to_bytes to_memoryview to_string assign assign_to to_file from_file _into_file"},
      {TypeFlag::DICT, "keys items values get"},
      {TypeFlag::JS_ARRAY,
       "__len__ __getitem__ __setitem__ __delitem__ __add__ __iadd__ __mul__ __imul__ append "
       "extend insert pop "
       "remove index count reverse clear"},
      {TypeFlag::JS_TYPED_ARRAY, "__len__ __getitem__ __setitem__ index count reverse"},
      {TypeFlag::JS_ARRAY_LIKE, "__len__ __getitem__ __add__ __mul__ index count"},
      {TypeFlag::JS_PROXY_OF_PYTHON, "unwrap destroy"},
      {TypeFlag::JS_DISPOSABLE, "__enter__ __exit__"},
      {TypeFlag::JS_ASYNC_DISPOSABLE, "__aenter__ __aexit__"},
      {TypeFlag::MUTABLE_MAP, "pop popitem clear update setdefault"},
  };
  for (const Case& c : kCases) {
    TestPage page;
    page.show("x", 1, bit(c.flag));
    page.show("plain", 2);
    page.python.set("members", krait::PyRef::steal(PyUnicode_FromString(c.members)).get());

    CAPTURE(c.members);
    CHECK(page.python.holds("all(hasattr(type(x), m) for m in members.split())"));
    CHECK(page.python.holds("not any(m in vars(krait.JsProxy) for m in members.split())"));
  }
}

TEST_CASE("proxy/js-types: one set of flags has one class, unknown bits change nothing") {
  TestPage page;
  page.show("x", 1, bit(TypeFlag::CALLABLE));
  page.show("y", 2, bit(TypeFlag::CALLABLE) | 0xf8000000);
  page.show("z", 3);

  CHECK(page.python.holds("type(x) is type(y) and type(x) is not type(z)"));
  CHECK(page.python.holds("isinstance(z, krait.JsProxy) and isinstance(x, krait.JsProxy)"));
}

TEST_CASE("proxy/js-types: object maps and JSON are for objects that hold data") {
  struct Case {
    uint32_t flags;
    bool isMap, isJson;
  };
  constexpr Case kCases[] = {
      {0, true, true},
      {bit(TypeFlag::DICT) | bit(TypeFlag::HAS_GET), true, true},
      {bit(TypeFlag::JS_ARRAY), false, true},
      {bit(TypeFlag::ITERATOR), false, true},
      {bit(TypeFlag::JS_PROXY_OF_PYTHON), false, true},
      {bit(TypeFlag::JS_TYPED_ARRAY) | bit(TypeFlag::BUFFER), false, false},
      {bit(TypeFlag::CALLABLE), false, false},
      {bit(TypeFlag::EXCEPTION), false, false},
  };
  for (const Case& c : kCases) {
    TestPage page;
    page.show("x", 1, c.flags);

    CAPTURE(c.flags);
    CHECK(page.python.holds("hasattr(type(x), 'as_object_map')") == c.isMap);
    CHECK(page.python.holds("hasattr(type(x), 'as_py_json')") == c.isJson);
    CHECK(page.python.holds("callable(x.bind_sig) and callable(x.bind_class)"));
  }
}

TEST_CASE("proxy/js-types: every single flag and all together make a class") {
  TestPage page;
  for (uint32_t number = 0; number < 32; number++) {
    page.show("x", 1, 1u << number);
  }
  page.show("x", 1, 0xffffffff);
  page.show("x", 1, 0xffffffff & ~(bit(TypeFlag::CALLABLE) | bit(TypeFlag::BUFFER)));

  CHECK(page.python.holds("isinstance(x, krait.JsException)"));
}

TEST_CASE("proxy/js-types: classes without end are a limit, and the reference is given back") {
  TestPage page;
  krait::JsObjects objects(/*maxClasses=*/3);
  objects.connect(page.kernel.client(), page.kernel.lastError());
  REQUIRE(objects.makeTypes());
  auto isMade = [&](uint32_t flags) {
    auto view = objects.wrap(page.object(1, flags).handle, flags);
    if (!view) CHECK(view.error().kind == krait::wire::FailureKind::LIMIT);
    return static_cast<bool>(view);
  };

  CHECK(isMade(bit(TypeFlag::CALLABLE)));
  CHECK(isMade(0));
  CHECK_FALSE(isMade(bit(TypeFlag::ITERABLE)));
  CHECK(isMade(bit(TypeFlag::CALLABLE)));
  CHECK(isMade(0));
  CHECK(page.held(1) == 0);
}
