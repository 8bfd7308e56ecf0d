"""Debian source packages: which version there is, fetching them, unpacking them with patches."""

import functools
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import cache
import recipe
import steps


# How long a version counts as not carried by the mirror before it is asked again.
_RETRY_SECONDS = 24 * 3600

# Ends the version of a package of which the mirror carries the upstream archive alone.
_UPSTREAM = "-upstream"


@functools.cache
def version(package: str) -> str:
    """The newest version of a source package that can be had, with its files in the cache.

    Mirrors may list a version whose files they do not carry; then the one before it is taken, and failing
    all the upstream archive, without Debian's changes.
    """
    known = _versions(package)
    if not known:
        steps.fail(
            f"apt knows no source package {package}: a deb-src line and `apt-get update` are needed"
        )
    for candidate in known:
        if _dsc(package, candidate).exists() or _fetch(package, candidate):
            return candidate
    for candidate in known:
        upstream = candidate.split(":")[-1].rpartition("-")[0]
        if _archive(package, upstream) or _fetch(package, candidate, "--tar-only"):
            steps.say(f"{package}: {upstream} without Debian's changes, which the mirror lacks")
            return upstream + _UPSTREAM
    steps.fail(f"no version of the source package {package} can be fetched: {', '.join(known)}")


def _versions(package: str) -> list[str]:
    """What apt knows, or failing that the cache; newest first."""
    shown = subprocess.run(
        ["apt-cache", "showsrc", "--only-source", package], capture_output=True, text=True
    ).stdout
    versions = re.findall(r"^Version: (\S+)$", shown, re.MULTILINE)
    kept = [_dsc_version(dsc) for dsc in _folder().glob(f"{package}_*.dsc")]
    return sorted(set(versions or kept), key=functools.cmp_to_key(_compare), reverse=True)


def _compare(left: str, right: str) -> int:
    newer = subprocess.run(["dpkg", "--compare-versions", left, "gt", right]).returncode == 0
    return 1 if newer else -1


def _dsc_version(dsc: Path) -> str:
    return re.search(r"^Version: (\S+)$", dsc.read_text(), re.MULTILINE).group(1)


def _folder() -> Path:
    folder = cache.root() / "sources"
    folder.mkdir(exist_ok=True)
    return folder


def _dsc(package: str, version: str) -> Path:
    """The description file, which names and checksums the rest. The epoch is not in its name.

    One in the cache means that its files are there too.
    """
    return _folder() / f"{package}_{version.split(':')[-1]}.dsc"


def _archive(package: str, upstream: str) -> Path | None:
    """The upstream archive in the cache."""
    return next(_folder().glob(f"{package}_{upstream}.orig.tar.[a-z0-9]*[a-z0-9]"), None)


def _fetch(package: str, version: str, *options: str) -> bool:
    """Downloads a version to the cache, unless the mirror was lately found not to carry it."""
    refused = _dsc(package, version).with_suffix(f".not-carried{''.join(options)}")
    if refused.exists() and time.time() - refused.stat().st_mtime < _RETRY_SECONDS:
        return False
    with cache.lock("sources"):
        partial = cache.root() / ".sources.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        command = ["apt-get", "source", "--download-only", *options, f"{package}={version}"]
        if not steps.attempt(f"fetch {package} {version}", command, cwd=partial):
            refused.touch()
            return False
        refused.unlink(missing_ok=True)
        for file in sorted(partial.iterdir(), key=lambda file: file.suffix == ".dsc"):
            file.rename(_folder() / file.name)
        partial.rmdir()
    return True


def unpack(package: str, target: Path, patches: Sequence[Path] = ()) -> None:
    """Unpacks a package to a folder that does not exist yet: Debian's patches applied, then ours."""
    _extract(package, target)
    _apply(patches, target, package)


def unpack_python(target: Path) -> None:
    """Unpacks CPython with Debian's fixes, without Debian's own policies, and with our patches.

    debian-patches-left-out.txt names the patches that make CPython a part of Debian. A patch that
    it does not name, such as the next security fix, is applied.
    """
    if version(recipe.PYTHON_PACKAGE).endswith(_UPSTREAM):
        steps.fail("the mirror lacks Debian's changes to CPython, some of which are security fixes")
    _extract(recipe.PYTHON_PACKAGE, target, "--skip-patches")
    listed = (recipe.HERE / "debian-patches-left-out.txt").read_text().splitlines()
    left_out = {line for line in listed if line and not line.startswith("#")}
    series = (target / "debian/patches/series").read_text().split("\n")
    chosen = [name for name in series if name[:1] not in ("#", "") and name not in left_out]
    ours = python_patches()
    _apply([target / "debian/patches" / name for name in chosen] + ours, target, "python")


def python_patches() -> list[Path]:
    return sorted((recipe.HERE / "patches" / "python").glob("*.patch"))


def _apply(patches: Sequence[Path], tree: Path, name: str) -> None:
    if not patches:
        return
    joined = tree / "applied.patch"
    joined.write_bytes(b"".join(patch.read_bytes() for patch in patches))
    options = ["--strip=1", "--forward", "--no-backup-if-mismatch"]
    steps.run(f"patch {name}", ["patch", *options, "--input", joined], cwd=tree)


def _extract(package: str, target: Path, *options: str) -> None:
    found = version(package)
    command = ["dpkg-source", "--no-check", *options, "--extract", _dsc(package, found), target]
    if found.endswith(_UPSTREAM):
        archive = _archive(package, found.removesuffix(_UPSTREAM))
        target.mkdir()
        command = ["tar", "--extract", "--strip-components=1", "--file", archive, "-C", target]
    steps.run(f"unpack {package}", command, cwd=target.parent)
