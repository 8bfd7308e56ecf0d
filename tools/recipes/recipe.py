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
    sha256: str  # of the source archive
    imports: list[str]  # modules that it offers
    depends: list[str]  # recipes whose packages are loaded with it
    meson: Meson
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
        return Recipe(**{**content, "meson": Meson(**content["meson"])})
    except FileNotFoundError:
        raise BadRecipe(f"there is no recipe {name}; there are: {', '.join(names())}") from None
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BadRecipe(f"{path.name}: {error}") from error
