"""Things to hold from JavaScript."""

from collections.abc import Iterator
from math import factorial

__all__ = ["Stock", "factorial", "fibonacci"]


def fibonacci() -> Iterator[int]:
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


class Stock:
    """Counts of kinds."""

    def __init__(self):
        self.counts = {}

    def __len__(self) -> int:
        return len(self.counts)

    def __str__(self) -> str:
        return f"Stock({', '.join(self.counts)})"

    def add(self, kind: str, count: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + count

    def total(self) -> int:
        return sum(self.counts.values())
