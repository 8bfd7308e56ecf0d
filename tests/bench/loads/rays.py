"""A ray tracer: vectors as tuples of floats, intersections, reflections."""

import math

SPHERES = (
    ((0.0, 0.0, 6.0), 1.5, (0.9, 0.2, 0.2), 0.3),
    ((2.0, 0.8, 5.0), 0.8, (0.2, 0.9, 0.3), 0.2),
    ((-1.8, -0.4, 4.5), 0.9, (0.3, 0.4, 0.9), 0.5),
)
LIGHT = (0.5773, 0.5773, -0.5773)


def dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def minus(a, b):
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def along(origin, direction, t):
    return tuple(o + d * t for o, d in zip(origin, direction))


def normalised(vector):
    length = math.sqrt(dot(vector, vector))
    return (vector[0] / length, vector[1] / length, vector[2] / length)


def nearest(origin, direction):
    best, found = math.inf, None
    for sphere in SPHERES:
        centre, radius, *_ = sphere
        offset = minus(origin, centre)
        b = dot(offset, direction)
        discriminant = b * b - dot(offset, offset) + radius * radius
        if discriminant > 0.0:
            t = -b - math.sqrt(discriminant)
            if 1e-4 < t < best:
                best, found = t, sphere
    return best, found


def trace(origin, direction, depth):
    t, sphere = nearest(origin, direction)
    if sphere is None:
        sky = 0.5 + 0.5 * direction[1]
        return (0.3 * sky, 0.5 * sky, 0.9 * sky)
    centre, _, colour, mirror = sphere
    point = along(origin, direction, t)
    normal = normalised(minus(point, centre))
    light = max(0.0, dot(normal, LIGHT))
    if light and nearest(point, LIGHT)[1] is not None:
        light = 0.0
    shaded = [c * (0.2 + 0.8 * light) for c in colour]
    if depth:
        twice = 2.0 * dot(direction, normal)
        away = tuple(d - twice * n for d, n in zip(direction, normal))
        reflected = trace(point, away, depth - 1)
        shaded = [s * (1.0 - mirror) + r * mirror for s, r in zip(shaded, reflected)]
    return tuple(shaded)


def run() -> str:
    width, height = 28, 20
    totals = [0.0, 0.0, 0.0]
    for y in range(height):
        for x in range(width):
            direction = normalised(((x - width / 2) / 20, (height / 2 - y) / 20, 1.0))
            for i, value in enumerate(trace((0.0, 0.0, 0.0), direction, 2)):
                totals[i] += value
    return " ".join(f"{total:.6f}" for total in totals)
