"""Numbers that are the sum of two cubes in two ways, as 1729 is."""

from collections.abc import Callable


def search(limit: int, tell: Callable[[float], object]) -> list[int]:
    """Those of cubes up to `limit`, in order. `tell` hears how far it is, from 0 to 1."""
    seen: set[int] = set()
    found: set[int] = set()
    for a in range(1, limit + 1):
        for b in range(1, a + 1):
            total = a**3 + b**3
            (found if total in seen else seen).add(total)
        if a % 10 == 0:
            tell(a / limit)
    tell(1)
    return sorted(found)
