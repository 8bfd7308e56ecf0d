"""The chaos game on a spline: small objects with operators, random choices."""

import random


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x: float, y: float) -> None:
        self.x = x
        self.y = y

    def __add__(self, other: "Point") -> "Point":
        return Point(self.x + other.x, self.y + other.y)

    def __mul__(self, factor: float) -> "Point":
        return Point(self.x * factor, self.y * factor)

    def distance(self, other: "Point") -> float:
        return ((self.x - other.x) ** 2 + (self.y - other.y) ** 2) ** 0.5


class Curve:
    def __init__(self, points: list[Point]) -> None:
        self.points = points

    def __call__(self, t: float) -> Point:
        points = self.points
        while len(points) > 1:
            points = [a * (1.0 - t) + b * t for a, b in zip(points, points[1:])]
        return points[0]


def run() -> str:
    generator = random.Random(7)
    curves = [
        Curve([Point(0.0, 0.0), Point(0.3, 1.5), Point(1.0, 0.2)]),
        Curve([Point(1.0, 0.0), Point(1.7, 0.7), Point(0.5, 1.0)]),
        Curve([Point(0.2, 1.0), Point(0.1, 0.4), Point(0.9, 0.9)]),
    ]
    grid = [[0] * 40 for _ in range(40)]
    point = Point(0.5, 0.5)
    travelled = 0.0
    for _ in range(350):
        curve = curves[int(generator.random() * 3)]
        target = curve(point.x % 1.0)
        moved = point * 0.5 + target * 0.5
        travelled += moved.distance(point)
        point = moved
        grid[int(point.x * 20) % 40][int(point.y * 20) % 40] += 1
    return f"{travelled:.6f} {max(map(max, grid))}"
