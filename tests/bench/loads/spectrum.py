"""Spectral norm of an infinite matrix by the power method: nested loops over floats."""


def entry(i: int, j: int) -> float:
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector: list[float], transposed: bool) -> list[float]:
    size = range(len(vector))
    if transposed:
        return [sum(entry(j, i) * vector[j] for j in size) for i in size]
    return [sum(entry(i, j) * vector[j] for j in size) for i in size]


def run() -> str:
    u = [1.0] * 40
    for _ in range(3):
        v = times(times(u, False), True)
        u = times(times(v, False), True)
    product = sum(x * y for x, y in zip(u, v))
    square = sum(y * y for y in v)
    return f"{(product / square) ** 0.5:.9f}"
