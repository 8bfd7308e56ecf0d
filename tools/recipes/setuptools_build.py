"""Builds packages that use setuptools."""

from pathlib import Path

import steps
from package_recipe import Recipe, Setuptools
from toolchain import LINK_FLAGS, Toolchain

# Of the project's own setup.py, or of pyproject.toml alone.
RUN = """
import runpy, setuptools, sys, pathlib
sys.path.insert(0, "")
if pathlib.Path("setup.py").exists():
    runpy.run_path("setup.py", run_name="__main__")
else:
    setuptools.setup()
"""


def install(wanted: Recipe, how: Setuptools, source: Path, tools: Toolchain) -> Path:
    """Builds the sources; where the package's files are."""
    site = tools.work / "installed"
    folders = [f"--build-base={tools.work / 'build'}", f"--build-lib={site}"]
    # The options of all commands are read before the first one runs; `build` runs build_ext.
    extensions = ["build_ext", *(f"--{option}" for option in how.options)]
    command = [tools.python, "-c", RUN, "build", *folders, *extensions]
    includes = [f"-I{prefix}/include" for prefix in tools.libraries]
    links = [f"-L{prefix}/lib" for prefix in tools.libraries]
    environment = {
        **tools.environment,
        "CC": str(tools.c),
        "CXX": str(tools.cpp),
        "LDSHARED": f"{tools.c} -shared",
        "LDCXXSHARED": f"{tools.cpp} -shared",
        "AR": "emar",
        "CFLAGS": " ".join(["-O2", *tools.flags, *includes]),
        "CXXFLAGS": " ".join(["-O2", *tools.flags, *includes]),
        "LDFLAGS": " ".join([*LINK_FLAGS, *links]),
        "PKG_CONFIG_PATH": str(tools.work),
        "PKG_CONFIG_LIBDIR": str(tools.work),
        # Archives of the time 0 are refused by zip.
        "SOURCE_DATE_EPOCH": "315532800",
    }
    steps.run(f"{wanted.name} build", command, cwd=source, env=environment)
    return site
