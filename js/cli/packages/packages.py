"""The half of `krait install` and `krait lock` in Python: finds packages with micropip, and says which files they are."""

import json
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

import micropip
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

SITE = next(path for path in sys.path if path.endswith("site-packages"))
# What micropip itself is made of: there before anything is asked for.
OWN = {canonicalize_name(each.name) for each in distributions(path=[SITE])}


async def find(requirements: list[str], index_urls: list[str]) -> None:
    """Installs into this interpreter. Raises ValueError for what cannot be had."""
    await micropip.install(requirements, index_urls=index_urls or None, keep_going=True)


def wanted(names: list[str]) -> str:
    """What was installed for `names` (all that is new, where there are none), as JSON: of each distribution its name, version,
    and files below the site folder."""
    here = {canonicalize_name(each.name): each for each in distributions(path=[SITE])}
    found = {name: here[name] for name in here if name not in OWN}
    queue = [*found, *(name for name in map(_name_in, names) if name in here)]
    while queue:
        name = queue.pop()
        found[name] = here[name]
        queue += [need for need in _needs(here[name]) if need in here and need not in found]
    return json.dumps(
        [
            {"name": each.name, "version": each.version, "files": _files(each)}
            for each in found.values()
        ]
    )


def _name_in(requirement: str) -> str:
    if requirement.endswith(".whl"):
        return canonicalize_name(requirement.rsplit("/", 1)[-1].split("-")[0])
    return canonicalize_name(Requirement(requirement).name)


def _needs(distribution: Distribution) -> list[str]:
    requirements = map(Requirement, distribution.requires or [])
    return [
        canonicalize_name(each.name)
        for each in requirements
        if each.marker is None or each.marker.evaluate({"extra": ""})
    ]


def _files(distribution: Distribution) -> list[str]:
    """The paths below the site folder; scripts and data of other folders have no place there."""
    paths = [Path(str(path)) for path in distribution.files or []]
    named = {path.as_posix() for path in paths if ".." not in path.parts and not path.is_absolute()}
    info = Path(str(distribution._path))  # type: ignore[attr-defined]
    kept = {path.relative_to(SITE).as_posix() for path in info.rglob("*") if path.is_file()}
    return sorted(path for path in named | kept if (Path(SITE) / path).is_file())


def lock(names: list[str]) -> str:
    """A lock file of those distributions alone, as text."""
    whole = json.loads(micropip.freeze())
    packages = whole["packages"]
    needed = {canonicalize_name(each["name"]) for each in json.loads(wanted(names))}
    whole["packages"] = {
        name: packages[name] for name in sorted(packages) if canonicalize_name(name) in needed
    }
    return json.dumps(whole, indent=2) + "\n"
