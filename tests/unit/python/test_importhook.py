"""IM-*, PY-register_js_module, JX-*: JavaScript objects as modules."""

import importlib
import importlib.util
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from _pyodide import _importhook
from pyodide.ffi import register_js_module, unregister_js_module
from support import AttachedCase, JsObject


def own_names(module: JsObject) -> list[str]:
    return [name for name in module.__dict__ if not name.startswith("__")]


class Importing(AttachedCase):
    def register(self, name: str, **properties) -> JsObject:
        module = JsObject(**properties)
        register_js_module(name, module)
        return module

    def test_js_and_pyodide_js_are_modules(self) -> None:
        import js
        import pyodide_js

        self.assertIs(js, self.js)
        self.assertIs(pyodide_js, self.pyodide_js)

    def test_a_registered_module_is_imported(self) -> None:
        module = self.register("my_js_module", answer=42)

        import my_js_module
        from my_js_module import answer

        self.assertIs(my_js_module, module)
        self.assertEqual(answer, 42)
        self.assertEqual(module.__spec__.origin, "javascript")
        self.assertEqual(module.__name__, "my_js_module")
        self.assertEqual(module.__path__, [])
        with self.assertRaises(ImportError):
            from my_js_module import question  # noqa: F401

    def test_real_modules_win(self) -> None:
        self.register("this", x=1)
        self.assertEqual(
            importlib.util.find_spec("this").loader.__class__.__name__, "SourceFileLoader"
        )
        self.assertIs(sys.meta_path[-2], _importhook.finder)

    def test_a_folder_of_the_same_name_does_not(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        for name in ("js", "nested_js"):
            (Path(folder) / name).mkdir()
        self.enterContext(mock.patch.object(sys, "path", [folder, *sys.path]))

        import js
        import nested_js

        self.addCleanup(sys.modules.pop, "nested_js")
        self.assertIs(js, self.js)
        self.assertIsNone(nested_js.__file__)

    def test_object_attributes_are_submodules(self) -> None:
        inner = JsObject(x=1)
        self.register("outer_js", inner=inner, number=3)

        import outer_js.inner  # noqa: F401
        from outer_js.inner import x

        self.assertIs(sys.modules["outer_js.inner"], inner)
        self.assertEqual(x, 1)
        for missing in ("outer_js.number", "outer_js.nothing"):
            message = f"^No module named '{missing}'"
            with self.assertRaisesRegex(ModuleNotFoundError, message):
                importlib.import_module(missing)

    def test_star_imports_the_own_names(self) -> None:
        self.register("starry_js", a=1, b=2)
        self.pyodide_js.constructor = SimpleNamespace(getOwnPropertyNames=own_names)
        namespace: dict = {}

        exec("from starry_js import *", namespace)

        self.assertEqual((namespace["a"], namespace["b"]), (1, 2))
        self.assertEqual(set(namespace) - {"__builtins__"}, {"a", "b"})

    def test_modules_stay_until_they_are_forgotten(self) -> None:
        first = self.register("again_js")
        import again_js

        second = self.register("again_js")
        self.assertIs(importlib.import_module("again_js"), first)
        self.assertIs(again_js, first)
        del sys.modules["again_js"]
        self.assertIs(importlib.import_module("again_js"), second)

        unregister_js_module("again_js")
        self.assertIs(importlib.import_module("again_js"), second)
        del sys.modules["again_js"]
        with self.assertRaises(ModuleNotFoundError):
            importlib.import_module("again_js")

    def test_wrong_arguments(self) -> None:
        message = "^Argument 'name' must be a str, not 'int'"
        with self.assertRaisesRegex(TypeError, message):
            register_js_module(1, JsObject())
        message = "^Argument 'jsproxy' must be a JsProxy, not 'dict'"
        with self.assertRaisesRegex(TypeError, message):
            register_js_module("a", {})
        with self.assertRaisesRegex(ValueError, "^Cannot unregister 'never'"):
            unregister_js_module("never")

    def test_detach_takes_the_modules_away(self) -> None:
        import _pyodide
        import pyodide_js  # noqa: F401

        _pyodide.detach()

        self.assertNotIn("pyodide_js", sys.modules)
        self.assertNotIn(_importhook.finder, sys.meta_path)
        with self.assertRaises(ModuleNotFoundError):
            importlib.import_module("pyodide_js")
