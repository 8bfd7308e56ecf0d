"""What a client lets the process of its kernel use (BY-limits). The server's own limits hold besides."""

import errno
import math
import resource
import signal
from types import FrameType

from . import _remote_streams

# How much longer code may compute that no signal reaches, until the system ends the process.
_GRACE_SECONDS = 2


def apply(memory: int | None = None, cpu: float | None = None) -> None:
    """`memory` in bytes, beyond which there is MemoryError; `cpu` in milliseconds, beyond which the process ends.

    Raises OSError (ENOMEM) when there is more memory in use already.
    """
    if memory is not None:
        if _memory_in_use() > memory:
            raise OSError(errno.ENOMEM, "the limit is below what Python itself takes")
        _lower(resource.RLIMIT_DATA, memory)
    if cpu is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = used.ru_utime + used.ru_stime + cpu / 1000
        _lower(resource.RLIMIT_CPU, math.ceil(seconds) + _GRACE_SECONDS)
        signal.signal(signal.SIGPROF, lambda number, frame: _pass_cpu(cpu, frame))
        signal.setitimer(signal.ITIMER_PROF, max(cpu / 1000, 1e-6), 0.1)


def _memory_in_use() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[5]) * resource.getpagesize()


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or value < hard:
        resource.setrlimit(kind, (value, value))


def _pass_cpu(cpu: float, frame: FrameType | None) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    _remote_streams.end_by_limit(f"it has computed for {cpu:g} ms, which is its limit (limits.cpu)")
