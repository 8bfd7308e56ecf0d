"""Writes the reference of the Python half, with pydoc inside of krait itself: a page a module.

usage: krait tools/docs/python_reference.py FOLDER
"""

import importlib
import pydoc
import sys
from pathlib import Path

MODULES = (
    "pyodide",
    "pyodide.code",
    "pyodide.console",
    "pyodide.ffi",
    "pyodide.ffi.wrappers",
    "pyodide.http",
    "pyodide.webloop",
)


def main(folder: str) -> None:
    for name in MODULES:
        text = pydoc.plain(pydoc.render_doc(importlib.import_module(name)))
        # The last section names the file, which is krait's own.
        body = text.split("\n\nFILE\n")[0].split("\n", 2)[2]
        page = f"---\ntitle: {name}\ngroup: Python\n---\n\n# {name}\n\n```text\n{body}\n```\n"
        Path(folder, f"{name}.md").write_text(page)


if __name__ == "__main__":
    main(sys.argv[1])
