"""The Emscripten command lines: settings that the main module, its objects and its side modules share."""

import subprocess
from pathlib import Path

import exports

HERE = Path(__file__).resolve().parent

# They fix the ABI of every object, side modules included (tools/cpython/recipe.py has them too).
ABI_FLAGS = ("-fPIC", "-fwasm-exceptions", "-sSUPPORT_LONGJMP=wasm")

# 1 MB for JavaScript's part of a deep call is little; CPython measures its own recursion against this stack.
STACK_BYTES = 8 * 1024 * 1024

FILE_SYSTEMS = ("-lnodefs.js", "-lidbfs.js", "-lworkerfs.js", "-lproxyfs.js")

# What js/kernel asks of the glue, see js/kernel/glue.ts.
RUNTIME_METHODS = (
    "ENV",
    "ERRNO_CODES",
    "FS",
    "PATH",
    "PATH_FS",
    "stackSave",
    "wasmMemory",
    "wasmTable",
)
LIBRARY = HERE / "library"
# Parts of the glue that every flavour has, and that the dynamic one has besides.
COMMON_LIBRARIES = (str(LIBRARY / "exit.js"),)
DYNAMIC_LIBRARIES = (str(LIBRARY / "main-symbols.js"), str(LIBRARY / "script-functions.js"))
DYNAMIC_METHODS = (
    "loadDynamicLibrary",
    "loadWebAssemblyModule",
    "preloadedWasm",
    # What a snapshot keeps of linking.
    "GOT",
    "LDSO",
    "addFunction",
    "fittedFunctions",
    "freeTableIndexes",
)

# What the glue reads from the object that it is given: `GlueOptions` in js/kernel/glue.ts.
MODULE_API = ("instantiateWasm", "noFSInit", "preRun", "print", "printErr", "wasmMemory")

SETTINGS = (
    *ABI_FLAGS,
    "--no-entry",
    "-sINVOKE_RUN=0",
    f"-sINCOMING_MODULE_JS_API={','.join(MODULE_API)}",
    "-sWASM_BIGINT",
    "-sMODULARIZE",
    "-sEXPORT_ES6",
    "-sENVIRONMENT=web,worker,node",
    "-sALLOW_MEMORY_GROWTH",
    "-sMAXIMUM_MEMORY=4GB",
    f"-sSTACK_SIZE={STACK_BYTES}",
    "-sABORTING_MALLOC=0",
    "-sFORCE_FILESYSTEM",
    # FS.trackingDelegate; nothing else is behind this name.
    "-sFS_DEBUG",
    "-sAUTO_NATIVE_LIBRARIES=0",
    *FILE_SYSTEMS,
    "-Wno-experimental",
)

# C functions that the kernel replaces: libc's own wait in a busy loop (services/interrupts), its fcntl (services/fs), and
# libffi's calls through JavaScript, which it counts (proxy/in-page/foreign-calls-wasm.cc).
WRAPPED = ("clock_nanosleep", "emscripten_thread_sleep", "fcntl", "ffi_call")
WRAPS = tuple(f"-Wl,--wrap={name}" for name in WRAPPED)

# Hidden in libpython, yet JavaScript switches signal polling on with it.
EXTRA_EXPORTS = ("-Wl,--export=Py_EMSCRIPTEN_SIGNAL_HANDLING",)


class LinkFailed(Exception):
    """A tool did not succeed; the text holds what it said."""


def run(arguments: list[str], cwd: Path | None = None) -> None:
    result = subprocess.run(
        arguments, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if result.returncode != 0:
        command = " ".join(arguments[:3])
        raise LinkFailed(f"{command} … ended with {result.returncode}\n{result.stdout}")


def link_everything(output: Path, inputs: list[str], js_libraries: list[str]) -> None:
    """Links a main module with every symbol of its inputs and of libc and libc++ in it, before slimming.

    EXPORT_ALL spares a second run of the linker, which would only tell emcc what to put on `Module`.
    """
    run(
        ["em++", "-O2", *SETTINGS, *WRAPS, *EXTRA_EXPORTS]
        + ["-sMAIN_MODULE=1", "-sEXPORT_ALL", "-sERROR_ON_UNDEFINED_SYMBOLS=0", "--oformat=bare"]
        + _libraries(js_libraries)
        + ["-o", str(output), *inputs]
    )


def finish_dynamic(linked: Path, output: Path, js_libraries: list[str], level: int) -> None:
    """Optimises a slimmed main module and makes its glue. Most of the time goes into levels above 1."""
    methods = ",".join(RUNTIME_METHODS + DYNAMIC_METHODS)
    run(
        [
            "em++",
            f"-O{level}",
            *SETTINGS,
            "-sMAIN_MODULE=2",
            f"-sEXPORTED_RUNTIME_METHODS={methods}",
        ]
        + _libraries([*js_libraries, *COMMON_LIBRARIES, *DYNAMIC_LIBRARIES])
        + ["--post-link", str(linked), "-o", str(output)]
    )


def link_static(output: Path, inputs: list[str], js_libraries: list[str], level: int) -> None:
    """Links a module that cannot load side modules, and makes its glue."""
    methods = ",".join(RUNTIME_METHODS)
    functions = ",".join("_" + name for name in exports.STATIC)
    run(
        ["em++", f"-O{level}", *SETTINGS, *WRAPS, "-sIMPORTED_MEMORY", "-sALLOW_TABLE_GROWTH"]
        # Without it exports get short names, which only Emscripten's own glue knows.
        + ["-lexports.js"]
        + [f"-sEXPORTED_FUNCTIONS={functions}", f"-sEXPORTED_RUNTIME_METHODS={methods}"]
        + _libraries([*js_libraries, *COMMON_LIBRARIES])
        + ["-o", str(output), *inputs]
    )


def _libraries(paths: list[str]) -> list[str]:
    return [argument for path in paths for argument in ("--js-library", path)]
