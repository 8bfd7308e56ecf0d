"""PY-eval_code, PY-CodeRunner and the rest of `pyodide.code`."""

import ast
import asyncio
import builtins
import tokenize
import traceback
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from _pyodide import _code_results, _code_runner
from _pyodide._host import host
from pyodide.code import (
    CodeRunner,
    eval_code,
    eval_code_async,
    find_imports,
    relaxed_call,
    relaxed_wrap,
    run_js,
    should_quiet,
)


def arun(coroutine):
    return asyncio.run(coroutine)


class EvalCode(unittest.TestCase):
    def test_the_value_of_the_last_expression_is_returned(self) -> None:
        cases = {
            "1 + 1": 2,
            "x = 2\nx + 1": 3,
            "x = 2; x + 2": 4,
            "x = 1": None,
            "": None,
            "# nothing": None,
            "if True:\n    1": None,
            "def f(): return 7\nf()": 7,
            "(y := 5)": 5,
            "'''a\nb'''": "a\nb",
            "x = 1\n(x,\n 2)  # end\n\n": (1, 2),
        }
        for source, expected in cases.items():
            with self.subTest(source):
                self.assertEqual(eval_code(source), expected)

    def test_a_final_semicolon_makes_the_result_none(self) -> None:
        quiet = [
            "1;",
            "1 ; ",
            "1; # why\n\n# end\n",
            "x = 1; x;",
            "1 \\\n;",
            "'é';",
            "('''\n;''');",
        ]
        loud = ["1 # ;", "';'", "1; 2", "'''\n;'''", "1\n# a; b;", "'é' # ;"]
        for source in quiet:
            with self.subTest(source):
                self.assertIsNone(eval_code(source))
                self.assertIsNotNone(eval_code(source, quiet_trailing_semicolon=False))
        for source in loud:
            with self.subTest(source):
                self.assertIsNotNone(eval_code(source))

    def test_return_mode_chooses_the_value(self) -> None:
        assigned = {
            "x = 1": 1,
            "x = y = 2": 2,
            "x = 1\nx += 4": 5,
            "x: int = 6": 6,
            "x: int": None,
            "(x, y) = 1, 2": None,
            "a = [0]\na[0] = 1": None,
            "x = 1;": None,
            "7": 7,
        }
        for source, expected in assigned.items():
            with self.subTest(source):
                self.assertEqual(eval_code(source, return_mode="last_expr_or_assign"), expected)
        self.assertIsNone(eval_code("1 + 1", return_mode="none"))
        with self.assertRaises(ValueError):
            eval_code("1", return_mode="sometimes")

    def test_namespaces_are_used(self) -> None:
        namespace = {"a": 1}
        inner = {"b": 2}

        self.assertEqual(eval_code("c = a + b\nc", namespace, inner), 3)

        self.assertEqual(inner, {"b": 2, "c": 3})
        self.assertEqual(set(namespace), {"a", "__builtins__"})
        with self.assertRaises(TypeError):
            eval_code("1", SimpleNamespace())

    def test_no_name_leaks_but_one_private_builtin(self) -> None:
        namespace = {}

        eval_code("x = 1\nx", namespace)

        self.assertEqual(set(namespace), {"x", "__builtins__"})
        self.assertTrue(hasattr(builtins, _code_results.NAME))

    def test_a_run_inside_a_run_keeps_both_values(self) -> None:
        namespace = {"inner": lambda: eval_code("y = 2\ny")}

        self.assertEqual(eval_code("x = 1\n(x, inner(), inner())", namespace), (1, 2, 2))

    def test_a_failed_run_leaves_nothing_behind(self) -> None:
        with self.assertRaises(ZeroDivisionError):
            eval_code("x = 0\n1 / x")

        self.assertEqual(_code_results._results.values, [])

    def test_common_indentation_is_removed(self) -> None:
        self.assertEqual(eval_code("\n    x = 3\n    x\n"), 3)
        self.assertEqual(eval_code("\n    x = '''a\n    b'''\n    x"), "a\nb")
        self.assertEqual(eval_code("x = '''a\n   \n b'''\nx"), "a\n   \n b")
        with self.assertRaises(IndentationError):
            eval_code("  1", dedent=False)

    def test_a_file_name_makes_tracebacks_quote_lines(self) -> None:
        def shown(filename: str) -> str:
            try:
                eval_code("x = 0\n1 / x", filename=filename)
            except ZeroDivisionError:
                return traceback.format_exc()
            raise AssertionError

        self.assertIn("    1 / x\n", shown("my_script.py"))
        self.assertNotIn("    1 / x\n", shown("<my script>"))
        self.assertIn('File "<exec>", line 2, in <module>', shown("<exec>"))

    def test_await_is_for_eval_code_async(self) -> None:
        flag = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        with self.assertRaises(SyntaxError):
            eval_code("await f()")
        with self.assertRaisesRegex(
            RuntimeError, "^Used eval_code with TOP_LEVEL_AWAIT. Use run_async"
        ):
            eval_code("await f()", flags=flag)
        self.assertEqual(eval_code("1 + 1", flags=flag), 2)

        coroutine = eval_code("async def f(): return 1\nf()")
        self.assertEqual(arun(coroutine), 1)

    def test_future_imports_apply_to_the_last_expression(self) -> None:
        source = "from __future__ import annotations\ndef f(x: nowhere): pass\nf.__annotations__"
        self.assertEqual(eval_code(source), {"x": "nowhere"})
        # Nothing of this project's own leaks in.
        self.assertEqual(eval_code("def f(x: int): pass\nf.__annotations__"), {"x": int})

    def test_a_source_that_is_no_string_is_a_type_error(self) -> None:
        for source in (b"1", 1, None, ["1"], ast.parse("1")):
            with self.subTest(source), self.assertRaises(TypeError):
                eval_code(source)

    def test_options_are_part_of_what_is_cached(self) -> None:
        source = "assert False\n5"
        self.assertEqual(eval_code(source, optimize=1), 5)
        with self.assertRaises(AssertionError):
            eval_code(source, optimize=0)

    def test_the_cache_is_bounded(self) -> None:
        for number in range(2 * _code_runner.MAX_CACHED_CODES):
            eval_code(f"{number}")
        eval_code("0" + " " * _code_runner.MAX_CACHED_SOURCE_CHARS)

        info = _code_runner._compile_cached.cache_info()
        self.assertLessEqual(info.currsize, _code_runner.MAX_CACHED_CODES)

    def test_hostile_sources_are_ordinary_errors(self) -> None:
        for source in ("a\0b", "(" * 1000, "\ud800", "x = '" + "\\N{}" + "'"):
            with (
                self.subTest(source[:10]),
                self.assertRaises((SyntaxError, ValueError, MemoryError)),
            ):
                eval_code(source)


class EvalCodeAsync(unittest.TestCase):
    def test_top_level_await_works(self) -> None:
        source = "import asyncio\nx = await asyncio.sleep(0, 3)\nx + 1"
        self.assertEqual(arun(eval_code_async(source)), 4)
        self.assertEqual(arun(eval_code_async("await f()", {"f": lambda: asyncio.sleep(0, 2)})), 2)
        self.assertEqual(
            arun(eval_code_async("[x async for x in f()]", {"f": self.numbers})), [0, 1]
        )

    async def numbers(self):
        yield 0
        yield 1

    def test_without_await_it_is_eval_code(self) -> None:
        self.assertEqual(arun(eval_code_async("x = 1\nx")), 1)

    def test_flags_replace_the_await_flag(self) -> None:
        with self.assertRaises(SyntaxError):
            arun(eval_code_async("await f()", flags=ast.PyCF_TYPE_COMMENTS))

    def test_interleaved_runs_keep_their_values(self) -> None:
        async def both():
            source = "import asyncio\nawait asyncio.sleep(d)\nd"
            return await asyncio.gather(
                eval_code_async(source, {"d": 0.02}), eval_code_async(source, {"d": 0.01})
            )

        self.assertEqual(arun(both()), [0.02, 0.01])


class Runner(unittest.TestCase):
    def test_it_is_parsed_then_compiled_then_run(self) -> None:
        runner = CodeRunner("x = 6\nx * y")
        with self.assertRaisesRegex(RuntimeError, "^Not yet compiled"):
            runner.run()

        self.assertIs(runner.compile(), runner)

        with self.assertRaisesRegex(RuntimeError, "^Already compiled"):
            runner.compile()
        self.assertEqual(runner.run({"y": 7}), 42)
        self.assertEqual(runner.run({"y": 1}), 6)
        with self.assertRaises(SyntaxError):
            CodeRunner("1 +")

    def test_the_tree_may_be_changed(self) -> None:
        runner = CodeRunner("1 + 7")
        self.assertEqual(ast.dump(runner.ast), ast.dump(ast.parse("1 + 7")))
        runner.ast.body[0].value.op = ast.Mult()
        self.assertEqual(runner.compile().run(), 7)

        replaced = CodeRunner("1")
        replaced.ast = ast.parse("x = 1\nx + 8")
        self.assertEqual(replaced.compile().run(), 9)

    def test_the_code_may_be_replaced(self) -> None:
        runner = CodeRunner("x = 1\nx").compile()
        runner.code = runner.code.replace(co_name="other")
        self.assertEqual(runner.run(), 1)
        runner.code = compile("x = 1", "", "exec")
        self.assertIsNone(runner.run())
        runner.code = None
        self.assertIsNone(runner.run())
        self.assertIsNone(arun(runner.run_async()))

    def test_modes_of_compile_work(self) -> None:
        self.assertEqual(CodeRunner("1 + 1", mode="eval").compile().run(), 2)
        self.assertEqual(CodeRunner("x = 1; x + 1", mode="single").compile().run(), 2)

    def test_run_async_awaits_only_when_needed(self) -> None:
        flag = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        awaiting = CodeRunner("x = await f()\nx", flags=flag).compile()
        with self.assertRaisesRegex(RuntimeError, "TOP_LEVEL_AWAIT"):
            awaiting.run()
        self.assertEqual(arun(awaiting.run_async({"f": lambda: asyncio.sleep(0, 5)})), 5)
        self.assertEqual(arun(CodeRunner("5", flags=flag).compile().run_async()), 5)

    def test_frames_are_the_runners_and_the_users(self) -> None:
        try:
            eval_code("def f():\n    1 / 0\nx = 1\nf()")
        except ZeroDivisionError as error:
            files = [
                frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)
            ]

        ours = str(Path(_code_runner.__file__).parents[1])
        self.assertTrue(all(f in (__file__, "<exec>") or f.startswith(ours) for f in files), files)
        self.assertEqual(files[-2:], ["<exec>", "<exec>"])


class Analysis(unittest.TestCase):
    def test_find_imports(self) -> None:
        cases = {
            "import a.b": ["a", "a.b"],
            "import a as b, c": ["a", "c"],
            "from e.f import g": ["e", "e.f"],
            "from . import z": [],
            "from .y import w": ["y"],
            "def f():\n    import late": ["late"],
            "    import indented": ["indented"],
            "import a +": [],
            "x = 'import no'": [],
            "import \0": [],
            "": [],
        }
        for source, expected in cases.items():
            with self.subTest(source):
                self.assertEqual(find_imports(source), expected)

    def test_should_quiet(self) -> None:
        for source, expected in {
            "1;": True,
            "1; # comment\n\n": True,
            "1": False,
            "1 # ;": False,
            "';'": False,
            "": False,
        }.items():
            with self.subTest(source):
                self.assertEqual(should_quiet(source), expected)
        with self.assertRaises(tokenize.TokenError):
            should_quiet("(1")


class Relaxed(unittest.TestCase):
    def test_what_is_not_taken_is_dropped(self) -> None:
        def f(a, b=2, /, c=3, *, d=4):
            return a, b, c, d

        self.assertEqual(relaxed_call(f, 1), (1, 2, 3, 4))
        self.assertEqual(relaxed_call(f, 1, 5, 6, 7, 8, d=9, e=0, a=0), (1, 5, 6, 9))
        self.assertEqual(relaxed_call(lambda *a, **k: (a, k), 1, 2, x=3), ((1, 2), {"x": 3}))
        self.assertEqual(relaxed_call(lambda: 0, 1, 2, x=3), 0)
        with self.assertRaises(TypeError):
            relaxed_call(f)

    def test_without_a_signature_the_call_is_made_as_is(self) -> None:
        self.assertEqual(relaxed_call(dict, a=1), {"a": 1})
        with self.assertRaisesRegex(TypeError, "^Cannot wrap function"):
            relaxed_wrap(dict)

    def test_wrap_keeps_the_metadata(self) -> None:
        @relaxed_wrap
        def f(a):
            """doc"""
            return a

        self.assertEqual(f(1, 2, b=3), 1)
        self.assertEqual((f.__name__, f.__doc__), ("f", "doc"))


class RunJs(unittest.TestCase):
    def test_it_evaluates_in_javascript(self) -> None:
        api = SimpleNamespace(runJs=lambda code: f"evaluated {code}")
        self.enterContext(mock.patch.object(host, "pyodide_js", SimpleNamespace(_api=api)))

        self.assertEqual(run_js("1+1"), "evaluated 1+1")
        message = "^argument should have type 'string' not type 'int'"
        with self.assertRaisesRegex(TypeError, message):
            run_js(1)

    def test_without_javascript_it_says_so(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "offers no 'runJs' here"):
            run_js("1")


if __name__ == "__main__":
    unittest.main()
