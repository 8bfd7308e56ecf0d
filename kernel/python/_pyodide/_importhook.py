"""Importing JavaScript objects as Python modules (IM-*).

A module of JavaScript is the JsProxy itself. The import system's own names (`__name__`, `__path__`
…) are kept on the Python side of the proxy, so that nothing is written to the JavaScript object.
"""

import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from . import _core
from ._host import host

ORIGIN = "javascript"
_OWN_MODULES = ("js", "pyodide_js")


class OwnNames(Sequence[str]):
    """`__all__` of a JavaScript module: the object's own property names at the time of asking
    (IM-star)."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def _names(self) -> list[str]:
        # The class of a plain object is `Object`, also where the program narrowed the module `js`.
        object_class = host.pyodide_js.constructor
        return list(object_class.getOwnPropertyNames(self._module))

    def __getitem__(self, index: Any) -> Any:
        return self._names()[index]

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())


class JsLoader:
    """Loads one JavaScript object as a module. It counts as a package, since its attributes may be
    modules."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Any:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run. Notes the names for `from m import *`."""
        module.__all__ = OwnNames(module)  # type: ignore[attr-defined]

    def is_package(self, fullname: str) -> bool:
        return True


class JsFinder:
    """Finds registered JavaScript modules and object-valued attributes of imported ones (IM-finder,
    IM-submodule)."""

    def __init__(self) -> None:
        self.registered: dict[str, Any] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        module = self._find(fullname)
        if module is None:
            return None
        return importlib.machinery.ModuleSpec(
            fullname, JsLoader(module), origin=ORIGIN, is_package=True
        )

    def _find(self, fullname: str) -> Any:
        parent, _, child = fullname.rpartition(".")
        if not parent:
            return self.registered.get(fullname)
        parent_module = sys.modules.get(parent)
        if not _core.is_js(parent_module):
            return self.registered.get(fullname)
        module = getattr(parent_module, child, None)
        return module if _core.is_js(module) else None


class NamespaceGuard:
    """Keeps folders from hiding JavaScript modules. A folder without `__init__.py` counts as a
    namespace package, and many a program has a folder `js`; that is no module anyone wrote, so the
    registered one goes first.
    """

    def __init__(self, finder: JsFinder) -> None:
        self._finder = finder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self._finder.registered:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is not None:
            return None
        return self._finder.find_spec(fullname, path, target)


class WindowsPathFinder:
    """Searches entries of `sys.path` that are absolute on Windows, such as `C:\\lib`, as the POSIX path `/lib`
    (IM-windows). It asks last, since a folder may really be called so."""

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        entries = sys.path if path is None else path
        found = [_posix_form(entry) for entry in entries if _is_absolute_on_windows(entry)]
        return importlib.machinery.PathFinder.find_spec(fullname, found, target) if found else None


def _is_absolute_on_windows(entry: object) -> bool:
    return (
        isinstance(entry, str)
        and entry[1:2] == ":"
        and entry[2:3] in ("\\", "/")
        and entry[0].isalpha()
    )


def _posix_form(entry: str) -> str:
    return entry[2:].replace("\\", "/")


finder = JsFinder()
guard = NamespaceGuard(finder)
_finders = (finder, guard, WindowsPathFinder)


def install() -> None:
    """Puts the finder behind the standard ones, so that real Python modules win (IM-finder). Safe
    to repeat."""
    _remove_finders()
    path_finder = importlib.machinery.PathFinder
    at = sys.meta_path.index(path_finder) if path_finder in sys.meta_path else 0
    sys.meta_path.insert(at, guard)
    sys.meta_path += [finder, WindowsPathFinder]


def _remove_finders() -> None:
    sys.meta_path[:] = [entry for entry in sys.meta_path if entry not in _finders]


def uninstall() -> None:
    """Takes the finder away and forgets all modules of JavaScript."""
    _remove_finders()
    finder.registered.clear()
    for name in loaded_names():
        del sys.modules[name]


def registered_modules() -> list[str]:
    """The modules that the program has registered."""
    return [name for name in finder.registered if name not in _OWN_MODULES]


def loaded_names() -> list[str]:
    """The entries of `sys.modules` that are JavaScript objects."""
    return [name for name, module in sys.modules.items() if _core.is_js(module)]


def register_js_module(name: str, jsproxy: Any) -> None:
    """Makes `import name` give `jsproxy` (PY-register_js_module). Replaces an earlier registration;
    a module that was imported already stays in `sys.modules` (IM-cache). Raises TypeError for wrong
    types."""
    if not isinstance(name, str):
        raise TypeError(f"Argument 'name' must be a str, not {type(name).__name__!r}")
    if not _core.is_js(jsproxy):
        raise TypeError(f"Argument 'jsproxy' must be a JsProxy, not {type(jsproxy).__name__!r}")
    finder.registered[name] = jsproxy


def unregister_js_module(name: str) -> None:
    """Undoes `register_js_module` (PY-unregister_js_module). ValueError for an unknown name."""
    if name not in finder.registered:
        raise ValueError(
            f"Cannot unregister {name!r}: no JavaScript module with that name is registered"
        )
    del finder.registered[name]
