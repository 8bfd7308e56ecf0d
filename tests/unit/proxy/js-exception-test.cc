#include "proxy/js-exception.h"

#include <doctest/doctest.h>

#include "tests/unit/proxy/support/test-page.h"

using krait::bit;
using krait::test::Asked;
using krait::test::Recorded;
using krait::test::Reply;
using krait::test::TestPage;
using krait::wire::FailureKind;
using krait::wire::Op;
using krait::wire::TypeFlag;

namespace {

constexpr uint32_t kError = bit(TypeFlag::EXCEPTION);

/// Object 1 is a TypeError with the message "bad".
void showError(TestPage& page) {
  page.show("e", 1, kError);
  page.on(Op::GET_ATTR, [](const Asked& asked) -> Reply {
    const std::string name = asked.values[0].text();
    if (name == "name") return Recorded::of("TypeError");
    if (name == "message") return Recorded::of("bad");
    if (name == "stack") return Recorded::of("TypeError: bad\n    at f (x.js:1:2)");
    return Reply::failed(FailureKind::NO_ATTRIBUTE);
  });
}

}  // namespace

TEST_CASE("proxy/js-exception: an error is an Exception with the error's properties") {
  TestPage page;
  showError(page);

  CHECK(page.python.holds("isinstance(e, krait.JsException) and isinstance(e, Exception)"));
  CHECK(page.python.holds("str(e) == 'TypeError: bad' and e.args == ('TypeError: bad',)"));
  CHECK(page.python.holds("e.name == 'TypeError' and e.message == 'bad'"));
  CHECK(page.python.holds("e.js_error is e and not hasattr(e, 'nothing') and bool(e)"));
  CHECK(page.python.holds("{e: 1}[e] == 1"));
}

TEST_CASE("proxy/js-exception: it can be raised, chained and noted, without asking JavaScript") {
  TestPage page;
  showError(page);

  page.python.run(
      "try:\n"
      "  try: raise ValueError\n"
      "  except ValueError as v: raise e from v\n"
      "except Exception as caught:\n"
      "  assert caught is e and isinstance(e.__cause__, ValueError)\n"
      "e.add_note('note')\n"
      "assert e.__notes__ == ['note']\n"
      "e.__cause__ = e.__context__ = e.__traceback__ = None\n");

  CHECK(page.asked().empty());
}

TEST_CASE("proxy/js-exception: its traceback ends with the frames of JavaScript, once") {
  TestPage page;
  showError(page);
  page.python.run(
      "import traceback\n"
      "def raising():\n"
      "  try: raise e\n"
      "  except Exception: pass\n"
      "def frames(): return [(f.name, f.filename, f.lineno) for f in "
      "traceback.extract_tb(e.__traceback__)]\n"
      "raising()\n");
  CHECK(page.asked().empty());

  CHECK(page.python.holds("frames() == [('raising', '<string>', 3), ('f', 'x.js', 1)]"));
  CHECK(page.python.holds("frames() == [('raising', '<string>', 3), ('f', 'x.js', 1)]"));
  CHECK(page.python.holds("'  File \"x.js\", line 1, in f\\n' in traceback.format_exception(e)"));

  page.python.run("e.__traceback__ = None\nraising()");
  CHECK(page.python.holds("len(frames()) == 2"));
  CHECK(page.python.holds("krait.JsException.__traceback__.__doc__"));
}

TEST_CASE("proxy/js-exception: a stack that cannot be read leaves the traceback as it is") {
  TestPage page;
  page.show("e", 1, kError);
  page.on(Op::GET_ATTR, [](const Asked&) { return Reply::failed(FailureKind::STALE_HANDLE); });

  page.python.run("try: raise e\nexcept Exception: pass");

  CHECK(page.python.holds("e.__traceback__.tb_next is None"));
}

TEST_CASE("proxy/js-exception: a traceback can be printed") {
  TestPage page;
  showError(page);

  page.python.run("import traceback\ntext = traceback.format_exception(e)[-1]");

  CHECK(page.python.holds("text == 'pyodide.ffi.JsException: TypeError: bad\\n'"));
}

TEST_CASE("proxy/js-exception: it is made by name, message and stack, and pickles so") {
  TestPage page;
  showError(page);
  page.on(Op::MAKE_ERROR, [&](const Asked&) { return page.object(1, kError); });

  page.python.run("made = krait.JsException('TypeError', 'bad')");
  REQUIRE(page.last().values.size() == 3);
  CHECK(page.last().values[0].text() == "TypeError");
  CHECK(page.last().values[1].text() == "bad");
  CHECK(page.last().values[2].text().empty());

  page.python.run("r = made.__reduce__()");
  CHECK(page.python.holds("r[0] is krait.JsException"));
  CHECK(page.python.holds("r[1] == ('TypeError', 'bad', 'TypeError: bad\\n    at f (x.js:1:2)')"));
  CHECK(page.raised("krait.JsException(1)").starts_with("TypeError"));
}

TEST_CASE("proxy/js-exception: Python classes may derive from it") {
  TestPage page;
  showError(page);
  page.on(Op::MAKE_ERROR, [&](const Asked&) { return page.object(1, kError); });

  page.python.run("class Mine(krait.JsException): pass\nm = Mine('TypeError', 'bad')");

  CHECK(page.python.holds("type(m) is Mine and str(m) == 'TypeError: bad'"));
  CHECK(page.python.holds("krait.js_flags(m) == krait.js_flags(e)"));
  CHECK(page.held(1) == 2);
}

TEST_CASE("proxy/js-exception: cycles through the traceback are collected") {
  TestPage page;
  showError(page);

  page.python.run(
      "def f():\n"
      "  mine = e\n"
      "  try: raise mine\n"
      "  except Exception as x: mine.__context__ = KeyError(x)\n"
      "f()\n"
      "del e\n"
      "import gc\n"
      "gc.collect()\n");

  CHECK(page.held(1) == 0);
}
