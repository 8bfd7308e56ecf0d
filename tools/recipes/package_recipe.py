"""What a recipe file says."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "recipes"


class BadRecipe(Exception):
    """A recipe that cannot be used; the text names the file and what is wrong."""


@dataclass(frozen=True)
class Meson:
    """How a package is built by Meson."""

    program: str | None = None  # in the unpacked archive; by default the toolchain's
    options: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)  # of the host, in Meson's cross file


@dataclass(frozen=True)
class Setuptools:
    """How a package is built by setuptools: its build_ext with these options, each without `--`."""

    options: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Recipe:
    """One package."""

    name: str
    version: str
    sha256: str  # of the source archive, or of the wheel
    imports: list[str]  # modules that it offers
    depends: list[str] = field(default_factory=list)  # recipes whose packages are loaded with it
    # One of these three: how it is built, or its file of the index, when that has it ready.
    meson: Meson | None = None
    setuptools: Setuptools | None = None
    wheel: str | None = None
    libraries: list[str] = field(default_factory=list)  # native_libraries.py has them
    tools: dict[str, str] = field(
        default_factory=dict
    )  # wheels that the build imports, and their hashes
    generators: dict[str, list[str]] = field(
        default_factory=dict
    )  # of the sources of what it depends on: the folders and files that the build runs, by package
    defines: list[str] = field(default_factory=list)  # macros, as NAME=VALUE
    patches: list[str] = field(default_factory=list)  # of patches/, each with its reason on top
    extras: list[str] = field(
        default_factory=list
    )  # modules of ours, in extras/, that come with it
    environment: dict[str, str] = field(default_factory=dict)  # of the build
    left_out: list[str] = field(default_factory=list)  # patterns of files that are not shipped

    @property
    def extra_files(self) -> list[Path]:
        return [FOLDER.parent / "extras" / name for name in self.extras]

    @property
    def patch_files(self) -> list[Path]:
        return [FOLDER.parent / "patches" / name for name in self.patches]

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.toml"


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Recipe:
    """Raises BadRecipe."""
    path = FOLDER / f"{name}.toml"
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text())
        if len({"meson", "setuptools", "wheel"} & set(content)) != 1:
            raise BadRecipe(
                f"{path.name}: it needs one of: a table [meson], a table [setuptools], the name of a wheel"
            )
        for kind in (Meson, Setuptools):
            table = kind.__name__.lower()
            if table in content:
                content[table] = kind(**content[table])
        return Recipe(**content)
    except FileNotFoundError:
        raise BadRecipe(f"there is no recipe {name}; there are: {', '.join(names())}") from None
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise BadRecipe(f"{path.name}: {error}") from error


def in_order(wanted: list[str]) -> list[Recipe]:
    """The recipes with what they depend on, which comes before them. Raises BadRecipe."""
    found: dict[str, Recipe] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise BadRecipe(f"recipes depend on each other: {' > '.join([*path, name])}")
        if name not in found:
            recipe = load(name)
            for other in recipe.depends:
                visit(other, (*path, name))
            found[name] = recipe

    for name in wanted:
        visit(name, ())
    return list(found.values())
