"""Remembers what a step was made from, so that it is not run again for the same."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from steps import CHECKOUT, Run

STAMPS = CHECKOUT / "build" / "stamps"


def files_below(*folders: str, without: Sequence[str] = ("__pycache__",)) -> list[Path]:
    """Every file below folders of the checkout, or the files themselves."""
    found = []
    for folder in folders:
        path = CHECKOUT / folder
        found += [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return [p for p in found if not set(p.parts) & set(without)]


def key(command: Sequence[str | Path], inputs: Iterable[Path]) -> str:
    """Names a step by its command and by the contents of what it reads."""
    digest = hashlib.sha256("\0".join(map(str, command)).encode())
    for path in inputs:
        digest.update(
            b"\0" + str(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
        )
    return digest.hexdigest()


def step(
    run: Run,
    title: str,
    command: Sequence[str | Path],
    *,
    inputs: Iterable[Path],
    outputs: Sequence[Path],
    more: Sequence[str] = (),
) -> bool:
    """Runs a step, unless its outputs are there and it was last run with the same inputs. `more` are arguments that
    make no difference to what comes out.
    """
    stamp = STAMPS / title.replace(" ", "-")
    now = key(command, inputs)
    if stamp.exists() and stamp.read_text() == now and all(path.exists() for path in outputs):
        print(f"  {title}: up to date", flush=True)
        return True
    stamp.unlink(missing_ok=True)
    if not run.step(title, [*command, *more]):
        return False
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(now)
    return True
