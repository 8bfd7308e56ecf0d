"""Digits of pi by a spigot: arithmetic on integers of hundreds of digits."""


def digits(count: int):
    q, r, t, k, n, step = 1, 0, 1, 1, 3, 3
    while count:
        if 4 * q + r - t < n * t:
            yield n
            count -= 1
            following = 10 * (r - n * t)
            n = 10 * (3 * q + r) // t - 10 * n
            q, r = q * 10, following
        else:
            n, r = (q * (7 * k) + 2 + r * step) // (t * step), (2 * q + r) * step
            q, t, k, step = q * k, t * step, k + 1, step + 2


def run() -> str:
    return "".join(map(str, digits(220)))[-12:]
