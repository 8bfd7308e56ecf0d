"""Files of the Python package index, by name and hash; kept in the cache."""

import hashlib
import json
import os
import urllib.request
from pathlib import Path

from pip._internal.models.index import PyPI

import cache

_TIMEOUT_SECONDS = 120


class NotServed(Exception):
    """The index has no such file, or other bytes than the recipe pins; the text says which."""


def file(name: str, file_name: str, sha256: str) -> Path:
    """A file of the package `name`, fetched unless the cache has it. Raises NotServed and OSError."""
    kept = cache.root("recipes") / "sources" / f"{sha256[:16]}-{file_name}"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        content = _fetch(_address(name, file_name))
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            raise NotServed(f"{file_name} has the hash {found}, the recipe pins {sha256}")
        partial = kept.with_suffix(".partial")
        partial.write_bytes(content)
        partial.rename(kept)
    return kept


def _address(name: str, file_name: str) -> str:
    """As the index tells it (the simple API in JSON). pip's own index, or the one that it is told to use."""
    index = os.environ.get("PIP_INDEX_URL") or PyPI.simple_url
    page = json.loads(_fetch(f"{index.rstrip('/')}/{name}/", "application/vnd.pypi.simple.v1+json"))
    for file in page["files"]:
        if file["filename"] == file_name:
            return file["url"]
    raise NotServed(f"the package index has no {file_name}")


def _fetch(url: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
        return answer.read()
