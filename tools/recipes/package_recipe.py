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

    program: str  # in the unpacked archive
    options: list[str]
    defines: list[str] = field(default_factory=list)  # macros, as NAME=VALUE
    properties: dict[str, str] = field(default_factory=dict)  # of the host, in Meson's cross file


@dataclass(frozen=True)
class Recipe:
    """One package."""

    name: str
    version: str
    sha256: str  # of the source archive, or of the wheel
    imports: list[str]  # modules that it offers
    depends: list[str]  # recipes whose packages are loaded with it
    meson: Meson | None = None  # how it is built, or
    wheel: str | None = None  # its file of the index, of a package that is Python alone
    libraries: list[str] = field(
        default_factory=list
    )  # folders beside this file with C++ of our own

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
        if ("meson" in content) == ("wheel" in content):
            raise BadRecipe(f"{path.name}: it needs either a table [meson] or the name of a wheel")
        if "meson" in content:
            content["meson"] = Meson(**content["meson"])
        return Recipe(**content)
    except FileNotFoundError:
        raise BadRecipe(f"there is no recipe {name}; there are: {', '.join(names())}") from None
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise BadRecipe(f"{path.name}: {error}") from error
