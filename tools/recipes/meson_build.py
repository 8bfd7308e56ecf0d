"""Builds packages that use Meson."""

import sys
from pathlib import Path

import steps
from package_recipe import Meson, Recipe
from toolchain import LINK_FLAGS, Toolchain

CROSS_FILE = """
[binaries]
c = '{tools.c}'
cpp = '{tools.cpp}'
ar = 'emar'
ranlib = 'emranlib'
strip = '/bin/true'
cython = '{tools.cython}'
pkg-config = 'pkgconf'
python = '{tools.python}'
python3 = '{tools.python}'
exe_wrapper = 'node'

[built-in options]
c_args = {tools.flags}
cpp_args = {tools.flags}
c_link_args = {link_flags}
cpp_link_args = {link_flags}
pkg_config_path = {pkg_config}

[properties]
needs_exe_wrapper = true
skip_sanity_check = true
{properties}
[host_machine]
system = 'emscripten'
cpu_family = 'wasm32'
cpu = 'wasm32'
endian = 'little'
"""


def install(wanted: Recipe, how: Meson, source: Path, tools: Toolchain) -> Path:
    """Builds the sources; where the package's files are."""
    build, installed = tools.work / "build", tools.work / "installed"
    cross = tools.work / "cross.ini"
    properties = "".join(f"{key} = '{value}'\n" for key, value in how.properties.items())
    if tools.numpy_include is not None:
        properties += f"numpy-include-dir = '{tools.numpy_include}'\n"
    pkg_config = [str(tools.work), *map(str, tools.work.glob("modules/*/share/pkgconfig"))]
    text = CROSS_FILE.format(
        tools=tools, link_flags=LINK_FLAGS, properties=properties, pkg_config=pkg_config
    )
    cross.write_text(text)
    meson = [sys.executable, source / how.program] if how.program else ["meson"]
    # One folder below the prefix for what Debian's Python would put into two.
    folders = [f"-Dpython.{kind}libdir={installed / 'site'}" for kind in ("pure", "plat")]
    options = ["--cross-file", cross, f"--prefix={installed}", "-Dbuildtype=release"]
    commands = {
        "configure": [*meson, "setup", build, source, *options, *folders, *how.options],
        "compile": ["ninja", "-k", "0", "-C", build],  # all that fails, in one go
        "install": [*meson, "install", "-C", build, "--no-rebuild"],
    }
    for step, command in commands.items():
        steps.run(f"{wanted.name} {step}", command, cwd=source, env=tools.environment)
    return installed / "site"
