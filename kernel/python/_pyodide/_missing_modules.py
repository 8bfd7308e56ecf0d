"""What to do about a module that is not there (IM-notFoundNote). The kernel asks when the exception
leaves for JavaScript, the command line when it reports it."""

import sys
from collections.abc import Iterator
from typing import Any

from . import _core
from ._host import host


def explain(error: ModuleNotFoundError) -> None:
    """Adds a note to `error` that says where the module is to be had, or that this distribution
    cannot have it. Nothing for other modules, and nothing the second time."""
    root = (error.name or "").partition(".")[0]
    note = _package_note(root) or _stdlib_note(root)
    if note is not None and note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def _package_note(module: str) -> str | None:
    package = next((name for name, modules in _packages() if module in modules), None)
    if package is None:
        return None
    return (
        f"The module '{module}' comes with the package '{package}', which is not installed. "
        f'Install it with `await pyodide.loadPackage("{package}")` in JavaScript, or with '
        f'`await micropip.install("{package}")` in Python.'
    )


def _packages() -> Iterator[tuple[str, list[str]]]:
    """The packages of the lock file, each with the modules it provides."""
    api = getattr(host.pyodide_js, "_api", None)
    packages: Any = getattr(api, "lockfile_packages", None)
    if not _core.is_js(packages):
        return
    for name, package in packages.object_entries():
        yield name, list(getattr(package, "imports", ()))


def _stdlib_note(module: str) -> str | None:
    if module not in sys.stdlib_module_names:
        return None
    return (
        f"The module '{module}' of the standard library is not part of this distribution, since it "
        "needs what the platform does not have."
    )
