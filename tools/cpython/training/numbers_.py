"""Ints of all sizes, floats, fractions, statistics, random numbers, dates."""

import cmath
import math
import random
import statistics
from datetime import date, datetime, timedelta
from fractions import Fraction


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def is_prime(n):
    """Miller and Rabin, for numbers of a machine word and for large ones."""
    if n < 2 or n % 2 == 0:
        return n == 2
    d, s = n - 1, 0
    while d % 2 == 0:
        d //= 2
        s += 1
    for base in (2, 3, 5, 7, 11, 13, 17):
        if n == base:
            return True
        x = pow(base, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def checksum(data):
    """Adler-32 and a shift register, bit by bit."""
    a, b = 1, 0
    register = 0xFFFFFFFF
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ 0xEDB88320 if register & 1 else register >> 1
    return (b << 16 | a) ^ register


def roots(a, b, c):
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        square = cmath.sqrt(discriminant)
        return (-b + square) / (2 * a), (-b - square) / (2 * a)
    square = math.sqrt(discriminant)
    return (-b + square) / (2 * a), (-b - square) / (2 * a)


def integral(function, low, high, steps):
    width = (high - low) / steps
    total = 0.5 * (function(low) + function(high))
    x = low
    for _ in range(steps - 1):
        x += width
        total += function(x)
    return total * width


def orbit(steps):
    x, y, vx, vy, dt = 1.0, 0.0, 0.0, 1.0, 0.01
    for _ in range(steps):
        r3 = (x * x + y * y) ** 1.5
        vx -= x / r3 * dt
        vy -= y / r3 * dt
        x += vx * dt
        y += vy * dt
    return math.hypot(x, y)


def escape(c, limit=60):
    z, n = 0j, 0
    while abs(z) <= 2.0 and n < limit:
        z = z * z + c
        n += 1
    return n


def simulate(generator, throws):
    inside = 0
    histogram = [0] * 11
    for _ in range(throws):
        x, y = generator.random(), generator.uniform(0, 1)
        if x * x + y * y < 1.0:
            inside += 1
        histogram[generator.randrange(6) + generator.randrange(6)] += 1
    return inside, histogram


def harmonic(count):
    total = Fraction(0)
    for i in range(1, count):
        total += Fraction(1, i)
    return total


def calendar_of(year):
    day, weekends, texts = date(year, 1, 1), 0, []
    while day.year == year:
        weekends += day.weekday() >= 5
        if day.day == 13:
            texts.append(day.isoformat())
        day += timedelta(days=1)
    moment = datetime(year, 5, 17, 10, 30)
    for i in range(60):
        moment += timedelta(hours=i, minutes=7)
        texts.append(moment.strftime("%Y-%m-%d %H:%M"))
        datetime.fromisoformat(moment.isoformat())
    return weekends, texts


for turn in range(3):
    assert sum(gcd(i, 360) for i in range(2000)) > 2000
    assert sum(is_prime(n) for n in range(1000)) == 168
    assert is_prime(2**127 - 1) and not is_prime(2**127 + 1)
    assert checksum(bytes(range(256)) * 3) > 0
    assert all(len(roots(1, b, 5)) == 2 for b in range(-200, 200))
    assert abs(integral(lambda x: x * x - math.sin(x), 0.0, 3.0, 8000) - 7.01) < 0.1
    assert 0.8 < orbit(8000) < 1.2
    assert sum(escape(complex(x / 12, y / 12)) for x in range(-24, 12) for y in range(-12, 12)) > 0
    inside, histogram = simulate(random.Random(turn), 4000)
    assert inside > 2900 and sum(histogram) == 4000
    assert harmonic(150).denominator > 2**100
    assert math.factorial(300) // math.factorial(299) == 300
    assert len(str(3**4000)) == 1909 and int("9" * 700) + 1 == 10**700
    assert calendar_of(2024 + turn)[0] >= 104
    sample = [math.sin(i) * 10 for i in range(600)]
    assert statistics.stdev(sample) > statistics.fmean(sample)
    assert statistics.median(sample) < max(sample)
    assert sum(round(x, 2) > 0 for x in sample) > 250
    values = [i & 0xFF ^ 0x55 | (i << 2) & 0x300 for i in range(9000)]
    assert max(values) < 1024 and sum(v % 7 == 3 for v in values) > 0
    assert [divmod(-i, 7)[1] for i in range(5)] == [0, 6, 5, 4, 3]
    # A generator of pseudo-random numbers with state of 64 bits.
    state = 0x853C49E6748FEA9B
    for _ in range(4000):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 27
    assert state > 0
