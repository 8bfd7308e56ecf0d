"""IM-notFoundNote: what is said about a module that is not there."""

import importlib
from typing import Any

from _pyodide import _missing_modules
from support import AttachedCase, JsObject


class Entries(JsObject):
    """A JavaScript object that is read by its entries."""

    def object_entries(self) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in vars(self).items() if not name.startswith("__")]


class Explaining(AttachedCase):
    def setUp(self) -> None:
        super().setUp()
        package = JsObject(imports=["PIL", "pil_extra"])
        self.pyodide_js._api = JsObject(lockfile_packages=Entries(Pillow=package))

    def notes(self, error: ModuleNotFoundError) -> list[str]:
        _missing_modules.explain(error)
        return getattr(error, "__notes__", [])

    def missing(self, name: str) -> ModuleNotFoundError:
        with self.assertRaises(ModuleNotFoundError) as caught:
            importlib.import_module(name)
        return caught.exception

    def test_a_package_of_the_lock_file_is_named(self) -> None:
        error = ModuleNotFoundError("x", name="PIL.Image")
        (note,) = self.notes(error)
        self.assertIn("'Pillow'", note)
        self.assertIn("loadPackage", note)
        self.assertIn("micropip.install", note)
        self.assertEqual(self.notes(error), [note], "the note is added once")

    def test_a_stdlib_module_that_is_absent_is_explained(self) -> None:
        (note,) = self.notes(ModuleNotFoundError("No module named '_curses'", name="_curses"))
        self.assertIn("'_curses' of the standard library is not part of this distribution", note)

    def test_other_modules_get_no_note(self) -> None:
        self.assertEqual(self.notes(self.missing("no_such_module_anywhere")), [])
        self.assertEqual(self.notes(ModuleNotFoundError("no name")), [])

    def test_without_a_lock_file_nothing_fails(self) -> None:
        del self.pyodide_js._api
        self.assertEqual(self.notes(self.missing("no_such_module_anywhere")), [])
