"""What waits to be run by an event loop: callbacks that are ready, and timers."""

import heapq
import math
from asyncio import Handle, TimerHandle
from collections import deque

_MIN_CANCELED_TIMERS = 100
_MAX_CANCELED_SHARE = 0.5


class LoopQueue:
    """Handles in the order they will run. Times are seconds of the loop's clock."""

    def __init__(self) -> None:
        self._ready: deque[Handle] = deque()
        self._timers: list[tuple[float, int, TimerHandle]] = []
        self._sequence = 0  # keeps timers for one moment in the order they were made
        self._canceled_timers = 0

    def add_ready(self, handle: Handle) -> None:
        """Queues a callback behind the others."""
        self._ready.append(handle)

    def add_timer(self, handle: TimerHandle) -> None:
        """Queues a timer. One for the end of time never runs and is not kept."""
        if handle.when() == math.inf:
            return
        self._sequence += 1
        heapq.heappush(self._timers, (handle.when(), self._sequence, handle))
        handle._scheduled = True  # type: ignore[attr-defined]  # a cancel is told to the loop

    def timer_canceled(self) -> None:
        """Counts a canceled timer. When they are many they are thrown away, so that a program which
        always cancels (`asyncio.timeout`) does not fill the memory."""
        self._canceled_timers += 1
        total = len(self._timers)
        if total >= _MIN_CANCELED_TIMERS and self._canceled_timers > total * _MAX_CANCELED_SHARE:
            self._timers = [entry for entry in self._timers if not entry[2].cancelled()]
            heapq.heapify(self._timers)
            self._canceled_timers = 0

    def next_timer(self) -> float | None:
        """When the first live timer is due, None if there is none."""
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
            self._canceled_timers -= 1
        return self._timers[0][0] if self._timers else None

    def take_due(self, now: float) -> None:
        """Moves the timers that are due at `now` behind the ready callbacks."""
        while (when := self.next_timer()) is not None and when <= now:
            handle = heapq.heappop(self._timers)[2]
            handle._scheduled = False  # type: ignore[attr-defined]
            self._ready.append(handle)

    @property
    def has_ready(self) -> bool:
        """Whether a callback can run now."""
        return bool(self._ready)

    @property
    def ready_count(self) -> int:
        """How many callbacks can run now, canceled ones included."""
        return len(self._ready)

    def run_next(self) -> None:
        """Runs the first ready callback. Passes on SystemExit and KeyboardInterrupt only; the
        handle reports other exceptions to its loop."""
        handle = self._ready.popleft()
        if not handle.cancelled():
            handle._run()  # type: ignore[attr-defined]
