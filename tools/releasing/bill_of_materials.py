"""What the npm package is made of, as a CycloneDX 1.6 document (ECMA-424)."""

import json
from pathlib import Path

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
    unknown = sorted(set(info["sources"]) - set(SOURCES))
    if unknown:
        raise Unknown(f"bill_of_materials.py does not know the license of {', '.join(unknown)}")
    parts = [(name, info["sources"][name], *SOURCES[name]) for name in info["sources"]]
    parts += [(name, info["tools"][name], *RUNTIMES[name]) for name in RUNTIMES]
    components = [_debian_component(*part) for part in parts]
    components += [_npm_component(**part) for part in json.loads(NPM_PARTS.read_text())]
    packages = json.loads(LOCK_FILE.read_text())["packages"]
    components += [_python_component(name, packages[name]["version"]) for name in packages]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": committed,
            "component": {
                "type": "library",
                "bom-ref": "krait",
                "name": "krait",
                "version": version,
                "purl": f"pkg:npm/krait@{version}",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": "krait", "dependsOn": [part["bom-ref"] for part in components]}],
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
        "purl": f"pkg:deb/debian/{source}@{version.replace('+', '%2B')}?arch=source",
        "licenses": [{"expression": license_expression}],
    }
