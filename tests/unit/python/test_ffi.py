"""PY-ffi: the classes and functions of `pyodide.ffi` that mean something without JavaScript."""

import inspect
import json
import pickle
import re
import unittest
from pathlib import Path
from unittest import mock

import pyodide
from _pyodide import _core, _type_flags
from pyodide import ffi
from support import JsObject

VOCABULARY = Path(__file__).resolve().parents[3] / "kernel" / "base" / "vocabulary.capnp"


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).upper()


class Package(unittest.TestCase):
    def test_the_package_has_its_names(self) -> None:
        self.assertEqual(
            pyodide.__all__, ["__version__", "console", "code", "ffi", "http", "webloop"]
        )
        self.assertEqual(pyodide.webloop.__name__, "pyodide.webloop")
        self.assertRegex(pyodide.__version__, r"^\d+\.\d+\.\d+")
        self.assertIn("console", dir(pyodide))
        with self.assertRaises(AttributeError):
            pyodide.nothing

    def test_ffi_has_its_34_names(self) -> None:
        self.assertEqual(len(ffi.__all__), 34)
        for name in (*ffi.__all__, "can_run_sync", "InternalError"):
            self.assertTrue(hasattr(ffi, name), name)
        self.assertFalse(ffi.IN_PYODIDE)

    def test_everything_public_is_documented(self) -> None:
        for name in ffi.__all__:
            value = getattr(ffi, name)
            if not callable(value):
                continue
            self.assertTrue(inspect.getdoc(value), name)
            if inspect.isfunction(value):
                inspect.signature(value)
        self.assertIn("depth", inspect.signature(ffi.JsProxy.to_py).parameters)


class Flags(unittest.TestCase):
    def test_the_flags_are_those_of_the_vocabulary(self) -> None:
        text = VOCABULARY.read_text()
        body = text[text.index("enum TypeFlag") : text.index("enum GraphKind")]
        ordinals = {
            snake(name): int(at) for name, at in re.findall(r"^  (\w+) @(\d+);", body, re.M)
        }

        self.assertEqual(_type_flags.BITS, {name: 1 << at for name, at in ordinals.items()})


class Classes(unittest.TestCase):
    # What an object that has the flags is, of all the classes that do not fit every JavaScript
    # object.
    CASES = {
        (): set(),
        ("CALLABLE",): {"JsCallable", "JsOnceCallable"},
        ("JS_PROXY_OF_PYTHON",): {"JsDoubleProxy"},
        ("CALLABLE", "JS_PROXY_OF_PYTHON"): {
            "JsCallable",
            "JsOnceCallable",
            "JsDoubleProxy",
            "JsCallableDoubleProxy",
        },
        ("AWAITABLE",): {"JsPromise"},
        ("BUFFER",): {"JsBuffer"},
        ("BUFFER", "JS_TYPED_ARRAY", "ITERABLE"): {
            "JsBuffer",
            "JsTypedArray",
            "JsArray",
            "JsIterable",
        },
        ("JS_ARRAY", "ITERABLE"): {"JsArray", "JsIterable"},
        ("JS_ARRAY_LIKE", "ITERABLE"): {"JsArray", "JsIterable"},
        ("DICT", "ITERABLE"): {"JsMap", "JsIterable"},
        ("DICT", "MUTABLE_MAP", "ITERABLE"): {"JsMap", "JsMutableMap", "JsIterable"},
        ("ITERATOR",): {"JsIterator"},
        ("ASYNC_ITERATOR", "ASYNC_ITERABLE"): {"JsAsyncIterator", "JsAsyncIterable"},
        ("GENERATOR", "ITERATOR", "ITERABLE"): {"JsGenerator", "JsIterator", "JsIterable"},
        ("ASYNC_GENERATOR",): {"JsAsyncGenerator"},
    }
    EVERY = {"JsProxy", "JsWeakRef", "JsFetchResponse", "JsDomElement"}
    NAMES = {
        name
        for name in ffi.__all__
        if name.startswith("Js") and name not in ("JsException", "JsNull", "JsBigInt")
    }

    def test_instances_and_subclasses_go_by_flags(self) -> None:
        for names, expected in self.CASES.items():
            flags = sum(_type_flags.BITS[name] for name in names)
            with (
                self.subTest(names),
                mock.patch.object(_core, "js_flags", lambda obj: flags),
                mock.patch.object(_core, "js_flags_of_type", lambda cls: flags),
            ):
                value = JsObject()
                found = {name for name in self.NAMES if isinstance(value, getattr(ffi, name))}
                of_type = {name for name in self.NAMES if issubclass(JsObject, getattr(ffi, name))}
                self.assertEqual(found, expected | self.EVERY)
                self.assertEqual(of_type, expected | self.EVERY)

    def test_other_values_belong_to_none(self) -> None:
        with mock.patch.object(_core, "js_flags", lambda obj: -1):
            for value in (1, "a", [], {}, None, ffi.jsnull):
                self.assertFalse(any(isinstance(value, getattr(ffi, name)) for name in self.NAMES))

    def test_classes_derive_from_each_other(self) -> None:
        self.assertTrue(issubclass(ffi.JsTypedArray, ffi.JsArray))
        self.assertTrue(issubclass(ffi.JsTypedArray, ffi.JsBuffer))
        self.assertTrue(issubclass(ffi.JsMutableMap, ffi.JsMap))
        self.assertTrue(issubclass(ffi.JsException, ffi.JsProxy))
        self.assertFalse(issubclass(ffi.JsMap, ffi.JsArray))
        self.assertFalse(issubclass(int, ffi.JsProxy))

    def test_they_are_for_annotations_only(self) -> None:
        for name in self.NAMES:
            with self.subTest(name):
                self.assertEqual(repr(getattr(ffi, name)[int]), f"pyodide.ffi.{name}[int]")
                with self.assertRaisesRegex(TypeError, f"^{name} cannot be instantiated."):
                    getattr(ffi, name)()


class Values(unittest.TestCase):
    def test_jsnull_is_one_falsy_value(self) -> None:
        self.assertIs(ffi.JsNull(), ffi.jsnull)
        self.assertFalse(ffi.jsnull)
        self.assertEqual(repr(ffi.jsnull), "jsnull")
        self.assertEqual(ffi.jsnull.typeof, "object")
        self.assertNotEqual(ffi.jsnull, None)

    def test_big_ints_stay_big_ints(self) -> None:
        big = ffi.JsBigInt(7)
        kept = [-big, +big, ~big, abs(big), big + 1, big - 1, big & 3, big | 8, big ^ 1]
        kept += [big // 2, big % 4, big << 1, big >> 1, big**2]
        for value in kept:
            self.assertIsInstance(value, ffi.JsBigInt)
        for value in (big * 2, 1 + big, 1 - big, 2**big):
            self.assertIs(type(value), int)
        self.assertEqual(big, 7)
        self.assertEqual(json.dumps(big), "7")

    def test_errors_keep_their_parts(self) -> None:
        error = ffi.JsException("TypeError", "why", "at x")
        self.assertEqual(str(error), "TypeError: why")
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual((copy.name, copy.message, copy.stack), ("TypeError", "why", "at x"))
        self.assertEqual(str(ffi.JsException("Error")), "Error: ")


class Functions(unittest.TestCase):
    def test_values_that_cross_are_returned_unchanged(self) -> None:
        for value in (1, 2.5, "text", None, True, ffi.jsnull, JsObject()):
            self.assertIs(ffi.to_js(value), value)

    def test_wrong_arguments_are_type_errors(self) -> None:
        with self.assertRaisesRegex(TypeError, "^Expected a JsArray for the pyproxies argument"):
            ffi.to_js([], pyproxies=[])
        for wrong in (3, JsObject()):
            with self.assertRaises(TypeError):
                ffi.destroy_proxies(wrong)
        with self.assertRaises(TypeError):
            ffi.run_sync(3)

    def test_run_sync_needs_stack_switching(self) -> None:
        async def nothing() -> None:
            pass

        coroutine = nothing()
        message = "^WebAssembly stack switching not supported in this JavaScript runtime"
        with self.assertRaisesRegex(RuntimeError, message):
            ffi.run_sync(coroutine)
        coroutine.close()
        self.assertFalse(ffi.can_run_sync())

    def test_proxies_need_javascript(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "needs JavaScript"):
            ffi.create_proxy([])
        with self.assertRaisesRegex(RuntimeError, "needs JavaScript"):
            ffi.create_once_callable(print)


if __name__ == "__main__":
    unittest.main()
