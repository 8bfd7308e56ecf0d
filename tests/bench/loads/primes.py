"""A tight loop over a bytearray and integer arithmetic."""


def run() -> int:
    size = 120_000
    sieve = bytearray([1]) * (size + 1)
    sieve[0] = sieve[1] = 0
    n = 2
    while n * n <= size:
        if sieve[n]:
            multiple = n * n
            while multiple <= size:
                sieve[multiple] = 0
                multiple += n
        n += 1
    return sum(sieve)
