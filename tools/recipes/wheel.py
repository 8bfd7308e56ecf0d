"""Packs an installed package into a wheel (the binary distribution format of the packaging user guide)."""

import base64
import hashlib
import zipfile
from pathlib import Path

# PEP 783; docs/abi.md says what it stands for.
TAG = "cp313-cp313-pyemscripten_2025_0_wasm32"
# So that two builds of the same sources give the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def file_name(name: str, version: str) -> str:
    return f"{name}-{version}-{TAG}.whl"


def pack(site: Path, output: Path, name: str, version: str, metadata: bytes) -> None:
    """
    :param site: what the package installs into `site-packages`
    :param metadata: of its source archive, `PKG-INFO`
    """
    info = f"{name}-{version}.dist-info"
    members = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file() and path.suffix not in (".pyc", ".a")
    }
    members[f"{info}/METADATA"] = metadata
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
