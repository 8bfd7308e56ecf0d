"""Configures and compiles CPython for wasm, from unpacked source to libpython3.13.a."""

import re
import shutil
import subprocess
from pathlib import Path

import libraries
import profiling
import recipe
import sources
import steps
from eval import split

_CONFIGURE = (
    f"--host={recipe.HOST_TRIPLET}",
    "--build=x86_64-pc-linux-gnu",
    "--with-build-python=/usr/bin/python3.13",
    f"--prefix={recipe.TARGET_PREFIX}",
    "--enable-wasm-dynamic-linking",
    "--with-emscripten-target=node",
    "--with-pymalloc",
    "--without-mimalloc",
    "--disable-ipv6",
    "--disable-test-modules",
    "--without-ensurepip",
    "--without-readline",
)


def compile_in(work: Path, library_prefixes: dict[str, Path]) -> Path:
    """Builds in `work` (empty) and returns the build folder; the source is beside it."""
    source, build = work / "source", work / "build"
    sources.unpack_python(source)
    split.split(source)
    build.mkdir()
    shutil.copy(profiling.ensure(), build)
    shutil.copy(recipe.HERE / "flags.mk", build)
    (build / "Modules").mkdir()
    shutil.copy(recipe.HERE / "Setup.local", build / "Modules")
    _configure(build, _environment(library_prefixes))
    # Frozen modules have no source lines to mark columns in either: see stdlib_zip.py.
    compiler = {**_ccache(), "PYTHONNODEBUGRANGES": "1"}
    steps.run("compile cpython", _make(recipe.ARCHIVE), cwd=build, env=compiler)
    _check_hot_loop(build)
    _optimise_core(build)
    steps.run("describe cpython", _make("pybuilddir.txt"), cwd=build)
    return build


def _optimise_core(build: Path) -> None:
    """Runs link-time optimisation here, once, rather than in each link of a kernel.

    The objects that flags.mk left as bitcode become one object of the archive.
    """
    objects = [*build.glob("Objects/**/*.o"), *build.glob("Python/**/*.o")]
    bitcode = sorted(file for file in objects if file.read_bytes()[:2] == b"BC")
    if bitcode:
        names = [str(file.relative_to(build)) for file in bitcode]
        link = ["emcc", "-r", "-O3", *recipe.ABI_FLAGS.split(), "-o", "core.o"]
        steps.run("optimise core", [*link, *names], cwd=build)
        steps.run("unpack archive", ["emar", "d", recipe.ARCHIVE, *names], cwd=build)
        steps.run("pack archive", ["emar", "rsD", recipe.ARCHIVE, "core.o"], cwd=build)


def _check_hot_loop(build: Path) -> None:
    """Ends the build when the hot loop has grown to where V8 no longer allocates registers well."""
    listed = subprocess.run(
        ["llvm-nm-19", "--print-size", "Python/ceval.o"], cwd=build, capture_output=True, text=True
    )
    found = re.search(r"^\w+ (\w+) t hot_loop$", listed.stdout, re.MULTILINE)
    if not found:
        steps.fail(f"there is no hot_loop in Python/ceval.o: {listed.stderr}")
    size = int(found[1], base=16)
    steps.say(f"hot loop: {size} of {recipe.HOT_LOOP_BYTES} bytes")
    if size > recipe.HOT_LOOP_BYTES:
        steps.fail(
            "the hot loop is too large: docs/decisions/0007-split-loop.md says why that matters"
        )


def _make(target: str) -> list[str]:
    return ["make", "-f", "flags.mk", f"-j{steps.jobs()}", target]


def _ccache() -> dict[str, str]:
    """Compiles through ccache where it is installed: a changed patch then costs only its files."""
    ccache = shutil.which("ccache")
    return {"EM_COMPILER_WRAPPER": ccache} if ccache else {}


def _environment(library_prefixes: dict[str, Path]) -> dict[str, str]:
    """What configure reads from the environment: flags, and where each library is."""
    flags = {
        "OPT": recipe.CPYTHON_OPT,
        "CFLAGS": recipe.ABI_FLAGS,
        "LDFLAGS": recipe.ABI_FLAGS.replace("-fPIC ", ""),
    }
    for library in recipe.LIBRARIES:
        prefix = library_prefixes[library.name]
        flags[f"{library.configure_variable}_CFLAGS"] = f"-I{prefix}/include"
        flags[f"{library.configure_variable}_LIBS"] = f"-L{prefix}/lib -l{library.link_name}"
    return flags


def _configure(build: Path, flags: dict[str, str]) -> None:
    sites = ["../source/Tools/wasm/config.site-wasm32-emscripten"]
    answers = recipe.HERE / "configure-answers.site"
    if _answers_fit(answers):
        shutil.copy(answers, build.parent)
        sites.append(f"../{answers.name}")
    else:
        steps.say("the recorded configure answers are of other versions: probing takes minutes")
    steps.run(
        "configure cpython",
        ["emconfigure", "../source/configure", "--config-cache", *_CONFIGURE],
        cwd=build,
        env={**flags, "CONFIG_SITE": " ".join(sites)},
    )


def answers_header() -> str:
    """First line of a file of recorded answers: what they are answers about."""
    emscripten = libraries.tool_versions()["emscripten"].split("+")[0]
    upstream = sources.version(recipe.PYTHON_PACKAGE).split("-")[0]
    return f"# python {upstream}, emscripten {emscripten}"


def _answers_fit(answers: Path) -> bool:
    return answers.exists() and answers.read_text().startswith(answers_header() + "\n")
