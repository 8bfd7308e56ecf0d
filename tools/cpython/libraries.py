"""The static libraries that CPython's extension modules need, each cached by its own inputs."""

import functools
import shutil
import subprocess
from pathlib import Path

import cache
import recipe
import sources
import steps


@functools.cache
def tool_versions() -> dict[str, str]:
    """The Debian versions of the tools whose output ends up in the product."""
    show = ["dpkg-query", "--show", "--showformat", "${Package} ${Version}\n"]
    listed = subprocess.run([*show, *recipe.TOOL_PACKAGES], capture_output=True, text=True)
    if listed.returncode != 0:
        steps.fail(f"missing packages: {listed.stderr.strip()}")
    return dict(line.split() for line in listed.stdout.splitlines())


def prefix(library: recipe.Library) -> Path:
    """Where the library is, or will be: a folder with include/ and lib/."""
    inputs = (
        library.script,
        recipe.HERE / "libs" / "common.sh",
        recipe.LIBRARY_FLAGS,
        sources.version(library.package),
        *tool_versions().values(),
        *_patches(library),
        # What it is made of besides, of those that say so (tools/recipes).
        *getattr(library, "own_sources", ()),
    )
    return cache.root() / f"lib-{library.name}-{cache.key(*inputs)}"


def ensure(library: recipe.Library) -> Path:
    """Builds the library unless the cache has it."""
    target = prefix(library)
    with cache.lock(f"lib-{library.name}"):
        if not target.exists():
            with cache.publish(target) as partial:
                _build(library, partial)
    return target


def _patches(library: recipe.Library) -> list[Path]:
    return sorted((recipe.HERE / "patches" / library.name).glob("*.patch"))


def _build(library: recipe.Library, out: Path) -> None:
    source = out / "source"
    sources.unpack(library.package, source, _patches(library))
    steps.run(
        f"build {library.name}",
        [library.script],
        cwd=source,
        env={"CFLAGS": recipe.LIBRARY_FLAGS, "OUT": str(out), "JOBS": str(steps.jobs())},
    )
    shutil.rmtree(source)
