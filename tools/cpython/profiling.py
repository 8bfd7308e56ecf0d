"""The profile by which the compiler optimises CPython: which ways through its code programs take.

There is no profile runtime for WebAssembly in this Emscripten. But the compiler's instrumentation keys a
function by its name and shape, so that the profile of a native build from the same sources fits, too.
What the two platforms have differently stays without one. The profile is cached by what it is made from.
"""

import shutil
from pathlib import Path

import cache
import libraries
import recipe
import sources
import steps
from eval import split

TRAINING = recipe.HERE / "training"

# Extension modules that the programs need or whose speed matters; linked in, so that they are profiled.
_MODULES = """*static*
_asyncio _asynciomodule.c
_bisect _bisectmodule.c
_contextvars _contextvarsmodule.c
_csv _csv.c
_datetime _datetimemodule.c
_heapq _heapqmodule.c
_json _json.c
_opcode _opcode.c
_pickle _pickle.c
_posixsubprocess _posixsubprocess.c
_queue _queuemodule.c
_random _randommodule.c
_socket socketmodule.c
_statistics _statisticsmodule.c
_struct _struct.c
array arraymodule.c
binascii binascii.c
cmath cmathmodule.c
math mathmodule.c
select selectmodule.c
unicodedata unicodedata.c
"""

_INSTRUMENT = "-fprofile-instr-generate"

# The loop as WebAssembly has it: in two parts, and a switch without computed gotos.
_FLAGS = """include Makefile
Python/ceval.o: PY_CPPFLAGS += -DPY_SPLIT_LOOP
"""

_CONFIGURE = (
    "--with-pymalloc",
    "--without-mimalloc",
    "--without-computed-gotos",
    "--without-ensurepip",
    "--without-readline",
    "--disable-test-modules",
)


def inputs() -> tuple[Path | str, ...]:
    """Everything that decides what the profile is."""
    return (
        Path(__file__).resolve(),
        *programs(),
        *sources.python_patches(),
        *split.INPUTS,
        sources.version(recipe.PYTHON_PACKAGE),
        libraries.tool_versions()["clang-19"],
    )


def programs() -> list[Path]:
    return sorted(TRAINING.glob("*.py"))


def ensure() -> Path:
    """Makes the profile unless the cache has it, and returns its file."""
    target = cache.root() / f"profile-{cache.key(*inputs())}"
    with cache.lock("profile"):
        if not target.exists():
            with cache.publish(target) as partial:
                _make(partial)
    return target / "python.profdata"


def _make(out: Path) -> None:
    work = out / "work"
    source, build, raw = work / "source", work / "build", work / "raw"
    work.mkdir()
    sources.unpack_python(source)
    split.split(source)
    _compile(source, build)
    for program in programs():
        environment = {
            "LLVM_PROFILE_FILE": str(raw / f"{program.stem}.profraw"),
            "PYTHONPATH": str(source / "Lib"),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [build / "python", "-S", program]
        steps.run(f"train with {program.stem}", command, cwd=work, env=environment)
    merge = ["llvm-profdata-19", "merge", "-o", out / "python.profdata", *sorted(raw.iterdir())]
    steps.run("merge profiles", merge, cwd=out)
    shutil.rmtree(work)


def _compile(source: Path, build: Path) -> None:
    (build / "Modules").mkdir(parents=True)
    (build / "Modules/Setup.local").write_text(_MODULES)
    (build / "flags.mk").write_text(_FLAGS)
    ccache = shutil.which("ccache")
    flags = {
        "CC": f"{ccache} clang-19" if ccache else "clang-19",
        "OPT": "-DNDEBUG -O1",
        "CFLAGS": f"{_INSTRUMENT} -w",
        "LDFLAGS": _INSTRUMENT,
    }
    # The programs that configure runs would leave profiles behind.
    unprofiled = {"LLVM_PROFILE_FILE": "/dev/null"}
    configure = [source / "configure", *_CONFIGURE]
    steps.run("configure for profile", configure, cwd=build, env={**flags, **unprofiled})
    make = ["make", "-f", "flags.mk", f"-j{steps.jobs()}", "python", "pybuilddir.txt"]
    steps.run("compile for profile", make, cwd=build, env=unprofiled)
