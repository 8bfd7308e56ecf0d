"""The command line's runner against the interpreter itself: same output, same messages, same
status."""

import os
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

PYTHON_HALF = Path(__file__).resolve().parents[3] / "kernel" / "python"
# A module, so that nothing of it is in `__main__`, where the program runs.
RUNNER = """
import os, sys
from _pyodide import _main
status = _main.run(sys.argv[1:])
os._exit(_main.finish() or status)
"""
START_RUNNER = ["-c", "__import__('krait_test_runner')"]


def environment(**more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**inherited, "PYTHONDONTWRITEBYTECODE": "1", **more}


class MainCase(unittest.TestCase):
    def setUp(self) -> None:
        for folder in ("folder", "runner_folder"):
            made = tempfile.TemporaryDirectory()
            self.addCleanup(made.cleanup)
            setattr(self, folder, Path(made.name).resolve())
        (self.runner_folder / "krait_test_runner.py").write_text(RUNNER)
        self.search_path = f"{PYTHON_HALF}{os.pathsep}{self.runner_folder}"

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return name

    def start(self, command: list[str], stdin: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=environment(PYTHONPATH=self.search_path),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def check_same(self, *argv: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        expected = self.start(list(argv), stdin)
        actual = self.start([*START_RUNNER, *argv], stdin)

        stderr = [line for line in expected.stderr.splitlines() if "<frozen runpy>" not in line]
        self.assertEqual(actual.stdout, expected.stdout)
        self.assertEqual(actual.stderr.splitlines(), stderr)
        status = 130 if expected.returncode < 0 else expected.returncode
        self.assertEqual(actual.returncode, status)
        return actual

    PROBE = (
        "import sys\n"
        "print(sys.argv, sys.path[0], __name__, __package__, type(__spec__), sorted(globals()))\n"
        "print(globals().get('__file__'), globals().get('__cached__'), __doc__)\n"
    )

    def test_a_script_sees_its_arguments_and_namespace(self) -> None:
        self.check_same(self.write("probe.py", '"""doc"""\n' + self.PROBE), "a", "-b")

    def test_a_script_in_a_folder_imports_its_neighbours(self) -> None:
        self.write("inner/neighbour.py", "print('neighbour')")

        self.check_same(self.write("inner/script.py", "import neighbour\n" + self.PROBE))

    def test_a_folder_and_a_zip_with_main_run(self) -> None:
        self.write("app/__main__.py", "import sys\nprint(sys.argv, sys.path[0], __name__)")
        self.check_same("app", "x")
        self.check_same("./app", "x")

        with zipfile.ZipFile(self.folder / "app.zip", "w") as archive:
            archive.write(self.folder / "app" / "__main__.py", "__main__.py")
        self.check_same("app.zip", "x")
        self.check_same("./app.zip", "x")

    def test_a_folder_without_main_is_an_error(self) -> None:
        (self.folder / "empty").mkdir()

        self.check_same("empty")

    def test_a_command_runs(self) -> None:
        self.check_same("-c", self.PROBE, "a", "b")

    def test_a_module_runs(self) -> None:
        self.write("package/__init__.py", "")
        self.write("package/__main__.py", "import sys; print(sys.argv, __name__, __package__)")

        self.check_same("-m", "package", "a")
        self.check_same("-m", "no_such_module")
        self.check_same("-m", "json.tool", stdin='{"a": 1}')

    def test_standard_input_runs(self) -> None:
        self.check_same("-", "a", stdin=self.PROBE)
        self.check_same("-", stdin="1/0")

    def test_a_missing_script_is_an_error(self) -> None:
        result = self.check_same("no-such-file.py")

        self.assertEqual(result.returncode, 2)

    def test_a_compiled_script_runs(self) -> None:
        import py_compile

        self.write("compiled.py", "print('compiled', __name__)")
        py_compile.compile(str(self.folder / "compiled.py"), str(self.folder / "only.pyc"))

        self.check_same("only.pyc")

    def test_tracebacks_show_the_program_only(self) -> None:
        program = "def fail():\n    1/0\n\nfail()\n"
        self.write("fails.py", program)

        self.check_same("fails.py")
        self.check_same("./fails.py")
        self.check_same("-c", program)
        self.check_same("-m", "fails")
        self.check_same("-", stdin=program)

    def test_syntax_errors_show_no_traceback(self) -> None:
        self.check_same(self.write("broken.py", "def f(:\n"))
        self.check_same("-c", "def f(:")

    def test_chained_exceptions_are_shown(self) -> None:
        self.check_same(
            "-c", "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise KeyError(1) from e"
        )

    def test_system_exit_gives_the_status(self) -> None:
        for argument in ("", "0", "3", "None", "256 + 3", "-1", "'a message'", "(1, 2)"):
            with self.subTest(argument):
                self.check_same("-c", f"import sys; print('out'); sys.exit({argument})")

    def test_an_interrupt_gives_130(self) -> None:
        result = self.check_same("-c", "import os; os.kill(os.getpid(), 2)\nwhile True: pass")

        self.assertEqual(result.returncode, 130)

    def test_an_excepthook_of_the_program_is_called(self) -> None:
        hook = "import sys\ndef hook(*args): {}\nsys.excepthook = hook\n1/0"

        self.check_same("-c", hook.format("print('hooked', args[0].__name__)"))
        self.check_same("-c", hook.format("raise ValueError('in hook')"))

    def test_exit_handlers_run_at_the_end(self) -> None:
        self.check_same("-c", "import atexit; atexit.register(print, 'bye'); print('hello')")

    def test_output_that_cannot_be_written_gives_120(self) -> None:
        with open("/dev/full", "w") as full:
            result = subprocess.run(
                [sys.executable, *START_RUNNER, "-c", "print(1)"],
                env=environment(PYTHONPATH=self.search_path),
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
            )

        self.assertEqual(result.returncode, 120)
        self.assertIn("No space left on device", result.stderr)


if __name__ == "__main__":
    unittest.main()
