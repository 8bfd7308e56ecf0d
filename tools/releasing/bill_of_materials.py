"""What the npm package and the archive of the server are made of, as CycloneDX 1.6 documents (ECMA-424)."""

import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parents[2]
# Names the folder that CPython and its libraries were built into.
PYTHON_PREFIX = CHECKOUT / "build" / "python-prefix.txt"
# Names the npm packages that are part of the bundles.
NPM_PARTS = CHECKOUT / "build" / "npm-parts.json"
LOCK_FILE = CHECKOUT / "build" / "dist" / "pyodide-lock.json"

# What is linked in, by the name of its Debian source: what it is called, and its SPDX license expression.
SOURCES = {
    "python3.13": ("CPython", "PSF-2.0"),
    "zlib": ("zlib", "Zlib"),
    "bzip2": ("bzip2", "bzip2-1.0.6"),
    "xz-utils": ("liblzma", "0BSD"),
    "sqlite3": ("SQLite", "blessing"),
    "libffi": ("libffi", "MIT"),
}
# The same for what is in the archive of the server.
SERVER_SOURCES = {
    **SOURCES,
    "bubblewrap": ("bubblewrap", "LGPL-2.0-or-later"),
    "capnproto": ("Cap'n Proto", "MIT"),
    "expat": ("Expat", "MIT"),
    "gcc-14": ("libstdc++, libgcc", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "glibc": ("GNU C library", "LGPL-2.1-or-later"),
    "libcap2": ("libcap", "BSD-3-Clause OR GPL-2.0-only"),
    "libselinux": ("libselinux", "libselinux-1.0"),
    "libuv1": ("libuv", "MIT"),
    "libwebsockets": ("libwebsockets", "MIT"),
    "libzstd": ("Zstandard", "BSD-3-Clause OR GPL-2.0-only"),
    "openssl": ("OpenSSL", "Apache-2.0"),
    "pcre2": ("PCRE2", "BSD-3-Clause"),
    "util-linux": ("libuuid", "BSD-3-Clause"),
}
# Python packages of the distribution, as the index has them.
PACKAGES = {"micropip": "MPL-2.0", "packaging": "Apache-2.0 OR BSD-2-Clause"}
# What of the compiler's own is linked in.
RUNTIMES = {
    "emscripten": (
        "Emscripten runtime (musl, compiler-rt, libc++)",
        "MIT AND Apache-2.0 WITH LLVM-exception",
    ),
}


class Unknown(Exception):
    """A source that the table above does not know."""


def make(version: str, committed: str) -> dict[str, object]:
    """The document. `committed`: when, in ISO 8601, so that the same commit gives the same bytes."""
    prefix = Path(PYTHON_PREFIX.read_text().strip())
    info = json.loads((prefix / "build-info.json").read_text())
    _check_known(info["sources"], SOURCES)
    parts = [(name, info["sources"][name], *SOURCES[name]) for name in info["sources"]]
    parts += [(name, info["tools"][name], *RUNTIMES[name]) for name in RUNTIMES]
    components = [_debian_component(*part) for part in parts]
    components += [_npm_component(**part) for part in json.loads(NPM_PARTS.read_text())]
    packages = json.loads(LOCK_FILE.read_text())["packages"]
    components += [_python_component(name, packages[name]["version"]) for name in packages]
    return _document("library", "krait", version, committed, components)


def make_for_server(version: str, committed: str, sources: dict[str, str]) -> dict[str, object]:
    """The same for the archive of the server, made of these Debian sources: name -> version."""
    _check_known(sources, SERVER_SOURCES)
    components = [
        _debian_component(name, sources[name], *SERVER_SOURCES[name]) for name in sorted(sources)
    ]
    return _document("application", "krait-server", version, committed, components)


def _check_known(sources: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(sources) - set(known))
    if unknown:
        raise Unknown(f"bill_of_materials.py does not know the license of {', '.join(unknown)}")


def _document(
    kind: str, name: str, version: str, committed: str, components: list[dict[str, object]]
) -> dict[str, object]:
    reference = f"pkg:npm/krait@{version}" if name == "krait" else f"pkg:generic/{name}@{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": committed,
            "component": {
                "type": kind,
                "bom-ref": name,
                "name": name,
                "version": version,
                "purl": reference,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": name, "dependsOn": [part["bom-ref"] for part in components]}],
    }


def _python_component(name: str, version: str) -> dict[str, object]:
    return {
        "type": "library",
        "bom-ref": f"pypi:{name}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "licenses": [{"expression": PACKAGES[name]}],
    }


def _npm_component(name: str, version: str, license: str) -> dict[str, object]:
    return {
        "type": "library",
        "bom-ref": f"npm:{name}",
        "name": name,
        "version": version,
        "purl": f"pkg:npm/{name.replace('@', '%40')}@{version}",
        "licenses": [{"expression": license}],
    }


def _debian_component(
    source: str, version: str, name: str, license_expression: str
) -> dict[str, object]:
    return {
        "type": "library",
        "bom-ref": source,
        "name": name,
        "version": version,
        "purl": f"pkg:deb/debian/{source}@{quote(version, safe='')}?arch=source",
        "licenses": [{"expression": license_expression}],
    }
