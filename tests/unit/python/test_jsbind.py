"""Annotations as conversions: `_pyodide.jsbind`."""

import asyncio
import unittest
from collections.abc import Awaitable
from typing import Annotated, Any

from _pyodide.jsbind import DEFAULT, Deep, Default, Js2PyConverter, Py2JsConverter, Template
from _pyodide.jsbind import conversion_of


class Tenfold:
    @staticmethod
    def py2js(value: int) -> int:
        return value * 10


class Conversions(unittest.TestCase):
    def test_metadata_convert(self) -> None:
        tenfold = conversion_of(Annotated[int, "a text", Tenfold, Deep])

        self.assertEqual(tenfold.py2js(2), 20)
        self.assertEqual(tenfold.js2py(2), 2)
        self.assertEqual(conversion_of(Annotated[str, Py2JsConverter(str.upper)]).py2js("a"), "A")
        self.assertEqual(conversion_of(Annotated[str, Js2PyConverter(str.lower)]).js2py("A"), "a")

    def test_other_annotations_say_nothing(self) -> None:
        for annotation in (int, Any, "text", list[int], int | str, Annotated[int, 5], Default):
            self.assertEqual(conversion_of(annotation), DEFAULT)

    def test_none_stays_none(self) -> None:
        optional = conversion_of(Annotated[int, Tenfold] | None)

        self.assertIsNone(optional.py2js(None))
        self.assertEqual(optional.py2js(1), 10)

    def test_awaitables_are_converted_when_they_come(self) -> None:
        for annotation in (Awaitable[Annotated[int, Tenfold]], asyncio.Future[int]):
            self.assertEqual(conversion_of(annotation).js2py(5), 5)


class Arguments(unittest.TestCase):
    def test_they_are_converted_and_completed(self) -> None:
        def described(
            a: Annotated[int, Tenfold],
            b: int = 2,
            /,
            *rest: int,
            k: int = 3,
            **more: Annotated[int, Tenfold],
        ) -> None: ...

        template = Template(described)

        self.assertEqual(template.arguments((1,), {}), ([10, 2], {"k": 3}))
        self.assertEqual(template.arguments((1, 5, 6), {"x": 1}), ([10, 5, 6], {"k": 3, "x": 10}))

    def test_methods_have_no_self(self) -> None:
        class Described:
            def method(self, a: int, /) -> None: ...

        template = Template(Described.method, is_method=True)

        self.assertEqual(template.arguments((1,), {}), ([1], {}))
        with self.assertRaisesRegex(TypeError, "missing 1 required positional argument: 'a'"):
            template.arguments((), {})

    def test_wrong_ones_raise_as_the_function_would(self) -> None:
        def described(a: int, /, *, k: int) -> None: ...

        template = Template(described)
        for args, kwargs in (
            ((), {"k": 1}),
            ((1,), {}),
            ((1, 2), {"k": 1}),
            ((1,), {"a": 1, "k": 2}),
        ):
            with self.assertRaises(TypeError) as ours:
                template.arguments(args, kwargs)
            with self.assertRaises(TypeError) as theirs:
                described(*args, **kwargs)
            self.assertEqual(str(ours.exception), str(theirs.exception))

    def test_either_kind_is_refused(self) -> None:
        def described(a: int) -> None: ...

        with self.assertRaises(RuntimeError):
            Template(described).arguments((1,), {})


if __name__ == "__main__":
    unittest.main()
