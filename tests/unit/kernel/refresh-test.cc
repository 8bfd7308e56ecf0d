#include "kernel/refresh.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string_view>

#include "tests/unit/support/test-interpreter.h"

using krait::enterFolder;
using krait::PyRef;
using krait::renewRandomState;
using krait::renewTimeZone;
using krait::replaceEnvironment;
using krait::setProgram;
using krait::test::TestInterpreter;

TEST_CASE("kernel/refresh: the environment is replaced for C and for Python, in place") {
  TestInterpreter python;
  python.run("import os\nkept = os.environ\nbefore = dict(os.environ)\nos.environ['OLD'] = '1'");
  setenv("ONLY_IN_C", "1", 1);

  REQUIRE(replaceEnvironment({{"NAME", "caf\xc3\xa9"}, {"EMPTY", ""}}));

  CHECK(python.holds("os.environ is kept"));
  CHECK(python.holds("dict(os.environ) == {'NAME': 'caf\\u00e9', 'EMPTY': ''}"));
  const char* name = std::getenv("NAME");
  CHECK((name != nullptr && std::string_view(name) == "caf\xc3\xa9"));
  CHECK(std::getenv("OLD") == nullptr);
  CHECK(std::getenv("ONLY_IN_C") == nullptr);
  python.run("os.environ.clear()\nos.environ.update(before)");
}

TEST_CASE("kernel/refresh: a name that no environment can have is an error") {
  TestInterpreter python;
  python.run("import os\nbefore = dict(os.environ)");

  CHECK_FALSE(replaceEnvironment({{"A=B", "1"}}));

  python.run("os.environ.clear()\nos.environ.update(before)");
}

TEST_CASE("kernel/refresh: argv stays the same list, and what is empty stays as started") {
  TestInterpreter python;
  python.run("import sys\nargv, before, executable = sys.argv, list(sys.argv), sys.executable");

  REQUIRE(setProgram("", {}));
  CHECK(python.holds("sys.argv == before and sys.executable == executable"));
  REQUIRE(setProgram("/bin/krait", {"script.py", "-x"}));
  CHECK(python.holds("sys.argv is argv and sys.argv == ['script.py', '-x']"));
  CHECK(python.holds("sys.executable == '/bin/krait'"));

  python.run("sys.argv[:] = before\nsys.executable = executable");
}

TEST_CASE("kernel/refresh: random numbers and names do not repeat those of a snapshot") {
  TestInterpreter python;
  python.run(
      "import random, tempfile\n"
      "state = random.getstate()\n"
      "drawn = random.random()\n"
      "names = tempfile._get_candidate_names()\n"
      "tempfile.tempdir = '/stale'\n"
      "random.setstate(state)\n");

  REQUIRE(renewRandomState());

  CHECK(python.holds("random.random() != drawn"));
  CHECK(python.holds("tempfile._get_candidate_names() is not names"));
  CHECK(python.holds("tempfile.tempdir is None"));
}

TEST_CASE("kernel/refresh: the constants of time agree with local time") {
  TestInterpreter python;
  python.run("import time\ntime.timezone, time.tzname = 12345, ('stale', 'stale')");

  REQUIRE(renewTimeZone());

  CHECK(python.holds("time.timezone != 12345 and len(time.tzname) == 2"));
  CHECK(
      python.holds("-time.localtime().tm_gmtoff == (time.altzone if time.localtime().tm_isdst else "
                   "time.timezone)"));
  CHECK(python.holds("time.localtime().tm_zone in time.tzname"));
  CHECK(python.holds("time.daylight == (time.timezone != time.altzone)"));
}

TEST_CASE("kernel/refresh: a folder is made when it is missing and entered") {
  TestInterpreter python;
  python.run(
      "import os, tempfile\n"
      "before = os.getcwd()\n"
      "base = os.path.realpath(tempfile.mkdtemp())\n");
  PyRef folder = python.evaluate("os.path.join(base, 'one', 'two')");

  REQUIRE(enterFolder(krait::test::textOf(folder.get())));
  python.set("folder", folder.get());
  CHECK(python.holds("os.getcwd() == folder"));
  REQUIRE(enterFolder(krait::test::textOf(folder.get())));
  REQUIRE(enterFolder(""));
  CHECK(python.holds("os.getcwd() == folder"));

  python.run("import shutil\nos.chdir(before)\nopen(base + '/file', 'w').close()");
  PyRef file = python.evaluate("base + '/file'");
  CHECK(enterFolder(krait::test::textOf(file.get())).error().detail == "FileExistsError");
  python.run("shutil.rmtree(base)");
}
