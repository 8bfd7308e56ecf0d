"""Lists, ranges and backtracking: all placements of eight queens."""


def place(row: int, columns: int, left: int, right: int, size: int) -> int:
    if row == size:
        return 1
    found = 0
    free = ((1 << size) - 1) & ~(columns | left | right)
    while free:
        bit = free & -free
        free ^= bit
        found += place(row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1, size)
    return found


def run() -> int:
    return place(0, 0, 0, 0, 8) + sum(place(0, 0, 0, 0, n) for n in range(1, 8))
