"""Generators, comprehensions and closures."""

import itertools


def numbers(limit: int):
    value = 1
    while value < limit:
        yield value
        value += 1


def chain(source, steps: int):
    for offset in range(steps):
        source = (lambda items, add: (item + add for item in items))(source, offset)
    return source


def run() -> int:
    total = sum(x for x in chain(numbers(12_000), 5) if x % 3)
    pairs = {(a, b): a * b for a, b in itertools.product(range(120), range(120))}
    return total + sum(pairs[key] for key in sorted(pairs, key=lambda k: (k[1], -k[0])))
