"""What is built, from which sources and with which flags: the one place to change any of it."""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Every wasm object of the project, side modules included, shares these. They fix the ABI: position
# independent for dynamic linking, exceptions and longjmp by WebAssembly's own exception handling.
ABI_FLAGS = "-fPIC -fwasm-exceptions -sSUPPORT_LONGJMP=wasm"

# Objects of the libraries below. They are not in any inner loop of the interpreter.
LIBRARY_FLAGS = f"-O2 {ABI_FLAGS}"

# CPython: its configure puts OPT first and CFLAGS last on each command line, and the last -O wins,
# so the level stands in OPT only. -O3 over all of it is 3 % larger and no faster; flags.mk has the
# folders and files where it is worth it. No -g: it slows each link and ends up in no product.
CPYTHON_OPT = "-DNDEBUG -O2 -Wall"

# Bound on the code of the hot loop in Python/ceval.o: V8 11.3 was found to allocate its registers well
# at 27.3 KB and badly at 38 KB. docs/decisions/0007-split-loop.md says how to find out.
HOT_LOOP_BYTES = 28_000

PYTHON_PACKAGE = "python3.13"
PYTHON_VERSION = "3.13"
ARCHIVE = f"libpython{PYTHON_VERSION}.a"
HOST_TRIPLET = "wasm32-unknown-emscripten"
SYSCONFIG_DATA = "_sysconfigdata__emscripten_wasm32-emscripten"

# Folder of the installed interpreter as a running program sees it: stdlib in /lib.
TARGET_PREFIX = "/"

# Debian packages of the tools whose version changes what comes out.
TOOL_PACKAGES = ("emscripten", "clang-19", "binaryen", "python3.13")


@dataclass(frozen=True)
class Library:
    """A static library: built by libs/<name>.sh from a Debian source package."""

    name: str
    package: str
    link_name: str  # as in -l
    configure_variable: str  # prefix of the _CFLAGS and _LIBS that CPython's configure reads

    @property
    def script(self) -> Path:
        return HERE / "libs" / f"{self.name}.sh"


LIBRARIES = (
    Library("zlib", "zlib", "z", "ZLIB"),
    Library("bz2", "bzip2", "bz2", "BZIP2"),
    Library("lzma", "xz-utils", "lzma", "LIBLZMA"),
    Library("sqlite3", "sqlite3", "sqlite3", "LIBSQLITE3"),
    Library("ffi", "libffi", "ffi", "LIBFFI"),
)

# Archives that CPython's own build leaves beside libpython, relative to the build folder.
INTERNAL_ARCHIVES = (
    "Modules/_decimal/libmpdec/libmpdec.a",
    "Modules/expat/libexpat.a",
    "Modules/_hacl/libHacl_Hash_SHA2.a",
)

# Modules of ours in place of what cannot be built.
OWN_MODULES = (HERE / "stdlib/_ssl.py",)

# Folders and files of Lib/ that are not shipped; docs/stdlib.md says why.
STDLIB_LEFT_OUT = (
    "test",
    "idlelib",
    "tkinter",
    "turtle.py",
    "turtledemo",
    "ensurepip",
    "venv",
    "lib2to3",
    "curses",
    "dbm",
    "pydoc_data",
    "site-packages",
    "__phello__",
    "__hello__.py",
)
