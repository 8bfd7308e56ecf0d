"""Pancake flips of all permutations: list indexing, slices and in-place reversal."""


def run() -> int:
    size = 7
    order = list(range(size))
    counts = [0] * size
    most = 0
    level = size
    while True:
        while level > 1:
            counts[level - 1] = level
            level -= 1
        if order[0] != 0:
            trial = order[:]
            flips = 0
            first = trial[0]
            while first:
                trial[: first + 1] = trial[first::-1]
                flips += 1
                first = trial[0]
            if flips > most:
                most = flips
        while level < size:
            moved = order.pop(0)
            order.insert(level, moved)
            counts[level] -= 1
            if counts[level] > 0:
                break
            level += 1
        else:
            return most
