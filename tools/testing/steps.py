"""Runs the steps of a check or a test run: says what runs, how long it took, and where its log is."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import counts
import failures

CHECKOUT = Path(__file__).resolve().parents[2]
LOGS = CHECKOUT / "build" / "logs"
SHOWN_LINES = 40
SHOWN_FAILURE_LINES = 150
SHOWN_COLUMNS = 500


@dataclass
class Run:
    """What has been run so far: tests counted, steps that failed."""

    total: counts.Counts = field(default_factory=counts.Counts)
    failed_steps: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        # A shell's background job starts with the signal ignored, which the tests would inherit.
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def step(
        self,
        title: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        counted: bool = False,
        timeout_seconds: float = 1800,
    ) -> bool:
        """Runs `command` in the checkout with its output in a log. `counted`: it is a test runner whose closing
        lines are added to the total, and one that counts no test at all has failed. Tells whether it succeeded.
        """
        LOGS.mkdir(parents=True, exist_ok=True)
        log = LOGS / f"{title.replace(' ', '-').replace('/', '-')}.log"
        print(f"  {title} …", flush=True)
        started = time.monotonic()
        with open(log, "wb") as output:
            status = _status(command, output, env or {}, timeout_seconds)
        seconds = time.monotonic() - started
        found = counts.read(log.read_text(errors="replace")) if counted else counts.Counts()
        self.total += found
        is_good = status == 0 and found.failed == 0 and not (counted and found.executed == 0)
        shown = f" ({found})" if counted else ""
        print(f"  {title}: {'ok' if is_good else 'FAILED'}{shown}, {seconds:.1f} s", flush=True)
        if not is_good:
            self.failed_steps.append(title)
            if counted and found.failed == 0:
                self.total += counts.Counts(failed=1)
            _show_end(log, status)
        return is_good

    def close(self, what: str) -> int:
        """Prints the outcome; the exit status."""
        seconds = time.monotonic() - self.started
        if self.failed_steps:
            print(f"{what}: failed: {', '.join(self.failed_steps)} ({seconds:.0f} s)")
        else:
            print(f"{what}: ok ({seconds:.0f} s)")
        return 1 if self.failed_steps else 0


def _status(
    command: Sequence[str | Path], output: object, env: Mapping[str, str], timeout_seconds: float
) -> int | str:
    try:
        return subprocess.run(
            [str(word) for word in command],
            cwd=CHECKOUT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,  # type: ignore[arg-type]
            stderr=subprocess.STDOUT,
            timeout=timeout_seconds,
        ).returncode
    except subprocess.TimeoutExpired:
        return f"no end after {timeout_seconds:.0f} s"
    except OSError as error:
        return str(error)


def _show_end(log: Path, status: int | str) -> None:
    with open(log, errors="replace") as file:
        lines = file.read().splitlines()
    failed = [line for block in failures.of_tap(lines) for line in block]
    for line in failed[:SHOWN_FAILURE_LINES] or lines[-SHOWN_LINES:]:
        print(f"    | {line[:SHOWN_COLUMNS]}")
    print(f"    status {status}; whole log: {os.path.relpath(log, CHECKOUT)}", flush=True)
