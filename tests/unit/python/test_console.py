"""CO-*: the prompt without a terminal."""

import asyncio
import io
import sys
import traceback
import unittest
from contextlib import redirect_stdout
from unittest import mock

from pyodide.console import BANNER, Console, ConsoleFuture, PyodideConsole, repr_shorten, shorten
from support import AttachedCase


class Pushing(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        self.console = Console()

    def run_lines(self, *lines: str) -> ConsoleFuture:
        for line in lines:
            future = self.console.push(line)
            self.host.run()
        return future

    def test_complete_sources_run(self) -> None:
        future = self.console.push("1 + 1")
        self.assertEqual(future.syntax_check, "complete")
        self.assertFalse(future.done())
        self.assertEqual(self.console.buffer, [])
        self.host.run()
        self.assertEqual(future.result(), 2)

    def test_incomplete_sources_wait_for_more(self) -> None:
        future = self.console.push("def f():")
        self.assertEqual(future.syntax_check, "incomplete")
        self.assertIsNone(future.result())
        self.run_lines("    return 5")
        self.assertEqual(self.console.buffer, ["def f():", "    return 5"])
        self.assertEqual(self.run_lines("").syntax_check, "complete")
        self.assertEqual(self.run_lines("f()").result(), 5)
        self.assertEqual(self.console.push("(1,").syntax_check, "incomplete")
        self.assertEqual(self.run_lines("2)").result(), (1, 2))
        self.assertEqual(self.console.push("'''a").syntax_check, "incomplete")

    def test_invalid_sources_are_rejected_at_once(self) -> None:
        future = self.console.push("1 +")
        self.assertEqual(future.syntax_check, "syntax-error")
        self.assertIsInstance(future.exception(), SyntaxError)
        self.assertEqual(self.console.buffer, [])
        self.assertIn('  File "<console>", line 1\n    1 +\n', future.formatted_error)
        self.assertTrue(future.formatted_error.endswith("SyntaxError: invalid syntax\n"))
        self.assertIs(sys.last_exc, future.exception())
        self.assertEqual(self.console.push("a\0b").syntax_check, "syntax-error")
        self.assertEqual(self.console.push("x = 1\ny = 2").syntax_check, "syntax-error")

    def test_statements_and_semicolons_give_none(self) -> None:
        for source in ("x = 1", "1;", "", "# nothing", "import sys"):
            with self.subTest(source):
                self.assertIsNone(self.run_lines(source).result())
        self.assertEqual(self.run_lines("x").result(), 1)
        self.assertEqual(self.run_lines("x = 2; x").result(), 2)

    def test_values_are_not_printed(self) -> None:
        with redirect_stdout(io.StringIO()) as printed:
            for source in ("1", "2;", "x = 3; x", "x;"):
                self.run_lines(source)
        self.assertEqual(printed.getvalue(), "")

    def test_top_level_await_works(self) -> None:
        self.run_lines("import asyncio")
        self.assertEqual(self.run_lines("await asyncio.sleep(0.001, 3)").result(), 3)

    def test_runs_are_one_after_the_other(self) -> None:
        self.run_lines("import asyncio", "seen = []")
        self.console.push("await asyncio.sleep(0.01); seen.append(1)")
        self.console.push("seen.append(2)")
        self.host.run()

        self.assertEqual(self.console.globals["seen"], [1, 2])

    def test_errors_show_the_users_frames(self) -> None:
        self.run_lines("def f():", "    1 / 0", "")
        future = self.run_lines("f()")
        error = future.exception()

        self.assertIsInstance(error, ZeroDivisionError)
        self.assertEqual(
            future.formatted_error,
            "Traceback (most recent call last):\n"
            '  File "<console>", line 1, in <module>\n'
            '  File "<console>", line 2, in f\n'
            "ZeroDivisionError: division by zero\n",
        )
        self.assertIs(sys.last_exc, error)
        self.assertIs(sys.last_value, error)
        self.assertIs(sys.last_type, ZeroDivisionError)

    def test_what_ends_a_program_is_an_outcome_too(self) -> None:
        self.run_lines("import sys")
        self.assertIsInstance(self.run_lines("sys.exit(3)").exception(), SystemExit)
        self.assertIsInstance(
            self.run_lines("raise KeyboardInterrupt").exception(), KeyboardInterrupt
        )
        self.assertIsInstance(self.run_lines("raise StopIteration").exception(), RuntimeError)

    def test_a_canceled_run_stops(self) -> None:
        self.run_lines("import asyncio", "seen = []")
        future = self.console.push("await asyncio.sleep(0.01); seen.append(1)")
        self.host.run_one()
        future.cancel()
        self.host.run()

        self.assertEqual(self.console.globals["seen"], [])
        self.assertEqual(self.run_lines("2").result(), 2)

    def test_a_run_canceled_before_its_start_does_not_start(self) -> None:
        self.run_lines("seen = []")
        self.console.push("seen.append(1)").cancel()
        self.host.run()

        self.assertEqual(self.console.globals["seen"], [])

    def test_future_imports_stay(self) -> None:
        self.run_lines("from __future__ import annotations", "def f(x: nowhere): pass", "")
        self.assertEqual(self.run_lines("f.__annotations__").result(), {"x": "nowhere"})

    def test_namespaces(self) -> None:
        self.assertEqual(self.run_lines("__name__").result(), "__console__")
        self.assertEqual(set(self.console.globals), {"__name__", "__doc__", "__builtins__"})
        own = {}
        Console(own).push("x = 1")
        self.host.run()
        self.assertEqual(own["x"], 1)

    def test_completions(self) -> None:
        words, start = self.console.complete("a = 5 ; str.isa")
        self.assertEqual(start, 8)
        self.assertIn("str.isalpha", [word.rstrip("()") for word in words])
        self.assertEqual(self.console.complete("print(ran")[1], 6)
        self.assertEqual(self.console.complete("nothing_of_the_kind"), ([], 0))
        self.console.globals["mine"] = 1
        self.assertEqual(self.console.complete("min")[0], ["mine", "min("])


class Streams(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        self.written: list[tuple[str, str]] = []
        self.sizes: list[int] = []
        self.lines = ["first line\nsecond", " line\n", "no newline", ""]
        self.console = Console(
            stdin_callback=self.read,
            stdout_callback=lambda text: self.written.append(("out", text)),
            stderr_callback=lambda text: self.written.append(("err", text)),
        )

    def read(self, size: int) -> str:
        self.sizes.append(size)
        return self.lines.pop(0)

    def run_line(self, line: str) -> object:
        future = self.console.push(line)
        self.host.run()
        return future.result()

    def test_output_goes_to_the_callbacks_during_a_run(self) -> None:
        former = sys.stdout
        self.run_line("import sys; print('a', 1); sys.stderr.write('b')")

        self.assertEqual("".join(text for name, text in self.written if name == "out"), "a 1\n")
        self.assertEqual([text for name, text in self.written if name == "err"], ["b"])
        self.assertIs(sys.stdout, former)

    def test_streams_look_like_a_terminal(self) -> None:
        self.run_line("import sys")
        for name in ("stdin", "stdout", "stderr"):
            with self.subTest(name):
                self.assertTrue(self.run_line(f"sys.{name}.isatty()"))
                self.assertEqual(self.run_line(f"sys.{name}.name"), f"<{name}>")
                self.assertEqual(self.run_line(f"sys.{name}.encoding"), "utf-8")
        with self.assertRaises(TypeError):
            self.run_line("sys.stdout.write(3)")

    def test_input_is_read_by_lines(self) -> None:
        self.assertEqual(self.run_line("input()"), "first line")
        self.assertEqual(self.run_line("input()"), "second")
        self.assertEqual(self.run_line("input()"), " line")
        self.assertEqual(self.run_line("input()"), "no newline")
        with self.assertRaises(EOFError):
            self.run_line("input()")

    def test_input_is_read_by_size(self) -> None:
        self.run_line("import sys")
        self.assertEqual(self.run_line("sys.stdin.read(5)"), "first")
        self.assertEqual(self.sizes, [5])
        self.assertEqual(self.run_line("sys.stdin.readline(3)"), " li")
        self.assertEqual(self.run_line("sys.stdin.read()"), "ne\nsecond line\nno newline")

    def test_redirection_nests(self) -> None:
        former = sys.stdout
        with self.console.redirect_streams():
            ours = sys.stdout
            with self.console.redirect_streams():
                self.assertIs(sys.stdout, ours)
            self.assertIs(sys.stdout, ours)
        self.assertIs(sys.stdout, former)

    def test_redirection_may_be_persistent(self) -> None:
        former = sys.stdout
        console = Console(stdout_callback=self.written.append, persistent_stream_redirection=True)
        self.addCleanup(setattr, sys, "stdout", former)
        self.assertIsNot(sys.stdout, former)
        console.push("1")
        self.host.run()
        self.assertIsNot(sys.stdout, former)
        console.persistent_restore_streams()
        console.persistent_restore_streams()
        self.assertIs(sys.stdout, former)

    def test_streams_without_a_callback_stay(self) -> None:
        stderr = sys.stderr
        with Console(stdout_callback=print).redirect_streams():
            self.assertIs(sys.stderr, stderr)

    def test_streams_are_flushed(self) -> None:
        with mock.patch("sys.stdout") as stdout:
            Console().push("1")
            self.host.run()
        stdout.flush.assert_called()


class Packages(AttachedCase):
    def test_packages_are_loaded_first(self) -> None:
        seen = []
        self.pyodide_js.loadPackagesFromImports = lambda source: seen.append(
            source
        ) or asyncio.sleep(0)
        console = PyodideConsole()
        future = console.push("import sys")
        self.host.run()

        self.assertIsNone(future.result())
        self.assertEqual(seen, ["import sys"])


class Text(unittest.TestCase):
    def test_the_banner_has_two_lines(self) -> None:
        first, second = BANNER.split("\n")
        self.assertTrue(first.startswith("Python 3."))
        self.assertIn("help", second)

    def test_shorten(self) -> None:
        self.assertEqual(shorten("abcdefg", 7), "abcdefg")
        self.assertEqual(shorten("abcdefgh", 6), "abc...fgh")
        self.assertEqual(shorten("abcdefgh", 6, split=1), "a...h")
        self.assertEqual(shorten("abcdefgh", 6, split=100, separator="-"), "abcd-efgh")
        self.assertEqual(shorten("abcdefgh", 6, split=0), "...")
        with self.assertRaises(ValueError):
            shorten("abc", 1)
        self.assertEqual(repr_shorten("a" * 10, 8), "'aaa...aaa'")
        with self.assertRaises(ValueError):
            repr_shorten("abc", 3)

    def test_formatting_can_be_overridden(self) -> None:
        class Whole(Console):
            def num_frames_to_keep(self, tb: object) -> int:
                return sum(1 for _ in traceback.walk_tb(tb))

        self.assertEqual(Whole().num_frames_to_keep(None), 0)


if __name__ == "__main__":
    unittest.main()
