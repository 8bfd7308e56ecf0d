"""Packs an installed package into a wheel (the binary distribution format of the packaging user guide)."""

import base64
import fnmatch
import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

# PEP 783; docs/abi.md says what it stands for.
TAG = "cp313-cp313-pyemscripten_2025_0_wasm32"
# So that two builds of the same sources give the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def file_name(name: str, version: str) -> str:
    return f"{name}-{version}-{TAG}.whl"


# What only builds of other packages need: build.py keeps it beside the wheel.
HEADERS = ("*.h", "*.pxd", "*.hpp")

# Never of use to a program.
_NOT_SHIPPED = ("*.pyc", "*.a", "*.pc", "*.c", "*.cpp", "*.pyx", "*.pyx.in")


def files(site: Path, patterns: Sequence[str]) -> list[Path]:
    """Those below a folder whose name, relative to it, fits one of the patterns; in a fixed order."""
    return [
        path
        for path in sorted(site.rglob("*"))
        if path.is_file() and _fits(path.relative_to(site).as_posix(), patterns)
    ]


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def pack(
    site: Path, source: Path, output: Path, name: str, version: str, left_out: Sequence[str]
) -> None:
    """
    :param site: what the package installs into `site-packages`
    :param source: its unpacked source archive, for what it says of itself and its licence
    :param left_out: patterns of files of `site` that are not shipped
    """
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    unwanted = set(files(site, [*HEADERS, *_NOT_SHIPPED, *left_out]))
    members = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in files(site, ["*"])
        if path not in unwanted
    }
    members[f"{info}/METADATA"] = (source / "PKG-INFO").read_bytes()
    for licence in sorted(source.glob("LICEN[CS]E*")) + sorted(source.glob("COPYING*")):
        for path in [licence] if licence.is_file() else files(licence, ["*"]):
            members[f"{info}/licenses/{path.relative_to(source).as_posix()}"] = path.read_bytes()
    members[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: krait\nRoot-Is-Purelib: false\nTag: {TAG}\n".encode()
    )
    record = [f"{member},{_digest(content)},{len(content)}" for member, content in members.items()]
    members[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(zipfile.ZipInfo(member, _DATE), content, zipfile.ZIP_DEFLATED)


def _digest(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
