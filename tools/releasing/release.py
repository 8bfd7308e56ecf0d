"""Makes a release from the checkout. Run by `tools/release`, inside the SDK."""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True

import bill_of_materials
import differences
import server_archive

CHECKOUT = Path(__file__).resolve().parents[2]
DIST = CHECKOUT / "build" / "dist"
CHANGELOG = CHECKOUT / "CHANGELOG.md"


class Refused(Exception):
    """Why no release is made: what is wrong, and what to do."""


def main() -> int:
    options = _arguments()
    try:
        release(options.output.resolve(), options.allow_changes, options.twice, options.packages)
    except (Refused, differences.Different, bill_of_materials.Unknown) as reason:
        print(f"release: {reason}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        print(f"release: {' '.join(map(str, failed.cmd))} failed", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/release",
        description="Makes what is published of krait: the npm package, the native server, the Python packages, bills of materials, the changes, and checksums.",
    )
    parser.add_argument("--output", type=Path, default=CHECKOUT / "build" / "release")
    parser.add_argument(
        "--allow-changes",
        action="store_true",
        help="do not insist that the checkout is as it was committed, for a trial",
    )
    parser.add_argument(
        "--twice",
        action="store_true",
        help="build the commit once more, in a clone, and fail when the two packages differ",
    )
    parser.add_argument(
        "--packages",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="build the Python packages too (from nothing that takes some ten minutes)",
    )
    return parser.parse_args()


def release(
    output: Path, allows_changes: bool, builds_twice: bool, has_packages: bool = True
) -> None:
    """Writes the files of a release to `output`. Raises what `main` tells of."""
    if not allows_changes and _git("status", "--porcelain"):
        raise Refused("there are changes that are not committed: commit them, or --allow-changes")
    _build(CHECKOUT)
    version = json.loads((DIST / "package.json").read_text())["version"]
    changes = changes_of(version, CHANGELOG.read_text())
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    server = output / f"krait-server-{version}-linux-x86_64.tar.gz"
    taken = server_archive.write(CHECKOUT, server, version)
    if builds_twice:
        _say("building the commit once more, in a clone")
        with tempfile.TemporaryDirectory(prefix="krait-release-") as folder:
            clone = Path(folder) / "krait"
            subprocess.run(["git", "clone", "--quiet", CHECKOUT, clone], check=True)
            _build(clone)
            differences.check(DIST, clone / "build" / "dist")
            again = Path(folder) / server.name
            server_archive.write(clone, again, version)
            if again.read_bytes() != server.read_bytes():
                raise differences.Different(f"two builds of this commit differ in {server.name}")
    command = ["npm", "pack", "--silent", "--pack-destination", output, DIST]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=CHECKOUT)
    (output / f"krait-{version}.changes.md").write_text(changes)
    committed = _git("show", "--no-patch", "--format=%cI", "HEAD")
    sources = dict(server_archive.packages_of(taken).values())
    bills = {
        "krait": bill_of_materials.make(version, committed),
        "krait-server": bill_of_materials.make_for_server(version, committed, sources),
    }
    for name, bill in bills.items():
        (output / f"{name}-{version}.cdx.json").write_text(json.dumps(bill, indent=2) + "\n")
    if has_packages:
        _write_packages(output / f"krait-packages-{version}.zip")
    _write_checksums(output)
    for path in sorted(output.iterdir()):
        _say(f"{path} ({path.stat().st_size:,} bytes)")


def changes_of(version: str, changelog: str) -> str:
    """The section of a version. Raises `Refused`."""
    found = re.search(
        rf"^## {re.escape(version)}(?=\s).*?(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    if found is None:
        raise Refused(f"CHANGELOG.md has no section for {version}: write what has changed")
    return found[0].rstrip() + "\n"


def _write_packages(archive: Path) -> None:
    """The wheels and their lock file, in a folder `packages`. Wheels are compressed already."""
    with tempfile.TemporaryDirectory(prefix="krait-packages-") as folder:
        tool = CHECKOUT / "tools" / "recipes" / "build.py"
        command = ["python3", tool, "--output", folder]
        subprocess.run(command, check=True, cwd=CHECKOUT, stdout=sys.stderr)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
            for path in sorted(Path(folder).iterdir()):
                packed.writestr(zipfile.ZipInfo(f"packages/{path.name}"), path.read_bytes())


def _write_checksums(output: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(output.iterdir())
    ]
    (output / "SHA256SUMS").write_text("".join(lines))


def _build(checkout: Path) -> None:
    for part in ("package", "native"):
        command = ["python3", checkout / "tools" / "building" / "build.py", part]
        subprocess.run(command, check=True, cwd=checkout, stdout=sys.stderr)


def _git(*words: str) -> str:
    command = ["git", "-C", str(CHECKOUT), *words]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def _say(line: str) -> None:
    print(f"release: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
