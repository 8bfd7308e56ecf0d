"""Runs the commands of the build: says what runs and how long it took, and keeps a log of each."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import cache


_LINE_LENGTH = 200


def say(text: str) -> None:
    """Progress goes to stderr: the last line of stdout is the result."""
    print(f"[{Path(sys.argv[0]).resolve().parent.name}] {text}", file=sys.stderr, flush=True)


def fail(text: str) -> None:
    say(f"error: {text}")
    sys.exit(1)


def jobs() -> int:
    return len(os.sched_getaffinity(0))


def run(
    title: str,
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] = {},
) -> None:
    """Runs one command to its end, or ends the program naming the log that tells why.

    `env` is added to this process's environment. The log of the last run of each title is kept.
    """
    if not attempt(title, command, cwd=cwd, env=env):
        fail(f"{title} failed; whole log: {_log(title)}")


def attempt(
    title: str,
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] = {},
) -> bool:
    """As `run`, for a command that may fail: shows the end of its log and tells whether it succeeded."""
    log = _log(title)
    started = time.monotonic()
    say(f"{title} …")
    with open(log, "wb") as output:
        status = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ).returncode
    seconds = time.monotonic() - started
    if status == 0:
        say(f"{title}: {seconds:.1f} s")
        return True
    for line in log.read_text(errors="replace").splitlines()[-20:]:
        say(f"  | {line[:_LINE_LENGTH]}")
    say(f"{title}: status {status} after {seconds:.1f} s")
    return False


def _log(title: str) -> Path:
    logs = cache.root() / "logs"
    logs.mkdir(exist_ok=True)
    return logs / f"{title.replace(' ', '-').replace('/', '-')}.log"
