"""What is in memory before a snapshot is taken. Importing this module loads it.

A module belongs here if the runtime needs it, or if about one program in twenty imports it: it then
starts with no work, and in a browser the archive of the standard library may not be needed at all.
What costs: every megabyte of snapshot is copied on every start and downloaded once (a quarter of
it, compressed). So the heavy ones that few programs begin with stay out: `urllib.request` and
`email` (1 MB), `unittest`, `decimal` and `statistics`, `zipfile`, `sqlite3`, `xml`, `ctypes`,
`multiprocessing`, `importlib.metadata`.
"""

import gc
import importlib
import traceback

# The runtime itself. asyncio is half of it all: it brings inspect, typing, dataclasses, enum,
# collections, contextlib, functools, logging, traceback, tokenize, linecache, textwrap, string,
# heapq, struct, copy, re.
RUNTIME = (
    "_pyodide",
    "_pyodide._command_line",
    "_pyodide._main",
    "_pyodide._promises",
    "pyodide.code",
    "pyodide.console",
    "pyodide.ffi",
    "pyodide.ffi.wrappers",
    "pyodide.webloop",
)

# What programs import first and the runtime does not already need.
PROGRAMS = (
    "argparse",  # scripts of the command line; brings gettext and locale
    "base64",
    "bisect",
    "calendar",
    "csv",
    "datetime",
    "fnmatch",
    "glob",
    "hashlib",
    "itertools",
    "json",
    "math",
    "operator",
    "pathlib",
    "pprint",
    "pyodide.http",  # brings urllib.parse, and that ipaddress
    "random",  # seeded again on every start
    "shutil",
    "tempfile",
    "time",
    "uuid",
)

# What the standard library imports inside of functions that most programs reach.
ON_DEMAND = (
    "_strptime",
    "encodings.ascii",
    "encodings.latin_1",
    "encodings.utf_8_sig",
    "encodings.utf_16_le",
    "unicodedata",
)


def _warm_up() -> None:
    """Takes the paths of a first evaluation and a first error once, since both build tables that
    stay."""
    from pyodide.code import eval_code

    from . import _code_runner

    eval_code("value = [1]\nvalue[0] + 1")
    try:
        eval_code("raise ValueError")
    except ValueError as error:
        traceback.format_exception(error)
    _code_runner.forget_cached()


def _settle_memory() -> None:
    """Collects what loading left behind, and takes the rest out of later collections: it stays."""
    gc.collect()
    gc.freeze()


for _name in (*RUNTIME, *PROGRAMS, *ON_DEMAND):
    importlib.import_module(_name)
_warm_up()
_settle_memory()
