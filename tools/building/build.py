"""Builds krait step by step. Run by `tools/build`, inside the SDK."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "testing"))
sys.dont_write_bytecode = True

from stamps import files_below, step
from steps import CHECKOUT, Run

BUILD = CHECKOUT / "build"
NATIVE, OBJECTS, GENERATED = BUILD / "native", BUILD / "wasm-unit", BUILD / "generated"
# Says where CPython's headers are, for tests that compile extension modules.
PYTHON_PREFIX = BUILD / "python-prefix.txt"
STDLIB_NAME = "python_stdlib.zip"
# What the kernel links besides CPython: libraries of OBJECTS, in the linker's order.
LIBRARIES = (
    "proxy/libforeign-calls.a",
    "proxy/libproxy.a",
    "kernel/libkernel.a",
    "services/fs/libfs.a",
    "services/interrupts/libinterrupts.a",
    "services/sockets/libsockets.a",
    "services/packages/libpackages.a",
)
WHAT = ("native", "wasm", "dist", "package", "all")
JS_LIBRARIES = (
    "proxy/in-page/library.js",
    "services/fs/library.js",
    "services/interrupts/library.js",
    "services/sockets/library.js",
    "services/packages/library.js",
)


# Compilers run through ccache where it is installed, so that each checkout profits from the others.
_CCACHE_PATH = shutil.which("ccache")
CCACHE = {
    "CCACHE_BASEDIR": str(CHECKOUT),
    "CCACHE_NOHASHDIR": "1",
    **({"EM_COMPILER_WRAPPER": _CCACHE_PATH} if _CCACHE_PATH else {}),
}


class Stopped(Exception):
    """A step failed; its message is printed already."""


def require(succeeded: bool) -> None:
    if not succeeded:
        raise Stopped


def node_modules(run: Run) -> None:
    inputs = files_below("package.json", "package-lock.json")
    command = ["npm", "ci", "--no-progress", "--no-audit", "--no-fund"]
    outputs = [CHECKOUT / "node_modules" / ".package-lock.json"]
    require(step(run, "npm packages", command, inputs=inputs, outputs=outputs))


def generated(run: Run) -> None:
    """The TypeScript that is made from the schemas and from the version."""
    command = ["node", "--import", "tsx", CHECKOUT / "tools" / "generate.ts"]
    inputs = files_below(
        "tools/generate.ts",
        "tools/capnpc-js",
        "kernel/base/vocabulary.capnp",
        "proxy/protocol.capnp",
        "kernel/python/_pyodide/_version.py",
    )
    outputs = [GENERATED / name for name in ("vocabulary.ts", "protocol.ts", "version.ts")]
    require(step(run, "generated sources", command, inputs=inputs, outputs=outputs))


def meson(
    run: Run, title: str, folder: Path, options: list[str | Path], targets: tuple[str, ...] = ()
) -> None:
    """Sets a build folder up, afresh when its options change, and builds it, or some targets of it."""
    ninja = folder / "build.ninja"
    wipe = ["--wipe"] if ninja.exists() else []
    inputs = files_below("meson.options", "tools/cross")
    command = ["meson", "setup", folder, CHECKOUT, *options]
    require(step(run, f"{title} set-up", command, more=wipe, inputs=inputs, outputs=[ninja]))
    require(run.step(title, ["ninja", "-C", folder, *targets], env=CCACHE))


def native(run: Run) -> None:
    meson(run, "native", NATIVE, [])


def cpython(run: Run) -> Path:
    """The prefix of CPython for WebAssembly, which is built into the cache when it is not there."""
    tool = CHECKOUT / "tools" / "cpython" / "build"
    require(run.step("cpython", [tool]))
    found = subprocess.run([tool], capture_output=True, text=True, check=True)
    prefix = found.stdout.splitlines()[-1]
    PYTHON_PREFIX.write_text(prefix + "\n")
    return Path(prefix)


def stdlib(run: Run, prefix: Path, output: Path) -> Path:
    archive = output / STDLIB_NAME
    python = CHECKOUT / "kernel" / "python"
    tool = CHECKOUT / "tools" / "cpython" / "stdlib_zip.py"
    packages = [f"--extra={python / name}={name}" for name in ("pyodide", "_pyodide")]
    command = [sys.executable, tool, archive, "--prefix", prefix, *packages]
    inputs = [tool, prefix / "build-info.json", *files_below("kernel/python")]
    require(step(run, f"stdlib archive {output.name}", command, inputs=inputs, outputs=[archive]))
    return archive


def wasm(run: Run, flavour: str, is_quick: bool) -> Path:
    """Objects, stdlib archive, main module and snapshot; the folder of the products."""
    output = BUILD / ("wasm" if flavour == "dynamic" else "wasm-static")
    output.mkdir(parents=True, exist_ok=True)
    prefix = cpython(run)
    archive = stdlib(run, prefix, output)
    cross = CHECKOUT / "tools" / "cross" / "wasm.ini"
    settings = ["--cross-file", cross, "--buildtype=release", f"-Dpython_prefix={prefix}"]
    meson(run, "wasm objects", OBJECTS, settings, LIBRARIES)
    link(run, prefix, archive, output, flavour, is_quick)
    snapshot(run, output)
    return output


def wasm_tests(run: Run) -> None:
    """The unit tests of the C++ sources as WebAssembly, in the folder that `wasm` has set up."""
    require(run.step("wasm unit tests", ["ninja", "-C", OBJECTS], env=CCACHE))


def link(run: Run, prefix: Path, archive: Path, output: Path, flavour: str, is_quick: bool) -> None:
    libraries = [OBJECTS / name for name in LIBRARIES]
    js_libraries = [CHECKOUT / name for name in JS_LIBRARIES]
    tool = CHECKOUT / "tools" / "link" / "link.py"
    command = [sys.executable, tool, "--output", output, "--flavour", flavour]
    command += ["--optimize", "1" if is_quick else "3"]
    command += ["--python-prefix", prefix, "--stdlib", archive]
    command += [f"--js-library={path}" for path in js_libraries] + libraries
    inputs = [
        prefix / "build-info.json",
        archive,
        *libraries,
        *js_libraries,
        *files_below("tools/link"),
    ]
    outputs = [output / name for name in ("krait.wasm", "krait.core.wasm", "krait.asm.mjs")]
    require(step(run, f"link {flavour}", command, inputs=inputs, outputs=outputs))


def snapshot(run: Run, output: Path) -> None:
    command = ["node", "--import", "tsx", CHECKOUT / "tools" / "snapshot" / "make.ts", output]
    inputs = [output / "krait.wasm", output / "krait.asm.mjs", output / STDLIB_NAME]
    inputs += files_below("tools/snapshot", "js/kernel", "js/proxy", "js/api")
    outputs = [output / "krait.snapshot"]
    require(step(run, f"snapshot {output.name}", command, inputs=inputs, outputs=outputs))


def dist(run: Run, flavour: str) -> None:
    suffix = "" if flavour == "dynamic" else "-static"
    command = ["node", "--import", "tsx", CHECKOUT / "tools" / "dist" / "dist.ts"]
    command += ["--static"] if suffix else []
    inputs = files_below("js", "tools/dist", "build/generated", f"build/wasm{suffix}")
    inputs += files_below("package.json")
    outputs = [BUILD / f"dist{suffix}" / "pyodide.mjs"]
    require(step(run, f"package {flavour}", command, inputs=inputs, outputs=outputs))


def installer(run: Run) -> None:
    """The packages of the distribution itself: what installs others, from an index."""
    tool = CHECKOUT / "tools" / "recipes" / "build.py"
    require(run.step("installer", [tool, "--output", BUILD / "dist", "micropip"]))


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/build", description=__doc__)
    parser.add_argument("what", nargs="?", choices=WHAT, default="all")
    parser.add_argument("--flavour", choices=("dynamic", "static"), default="dynamic")
    parser.add_argument("--quick", action="store_true", help="link without the long optimisation")
    options = parser.parse_args()
    run = Run()
    print("build")
    try:
        node_modules(run)
        generated(run)
        if options.what in ("wasm", "package", "all"):
            wasm(run, options.flavour, options.quick)
        if options.what in ("dist", "package", "all"):
            dist(run, options.flavour)
            if options.flavour == "dynamic":
                installer(run)
        if options.what in ("native", "all"):
            native(run)
        if options.what == "all":
            wasm_tests(run)
            wasm(run, "static", options.quick)
            dist(run, "static")
    except Stopped:
        pass
    return run.close("build")


if __name__ == "__main__":
    sys.exit(main())
