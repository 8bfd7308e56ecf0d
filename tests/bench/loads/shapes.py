"""Classes, inheritance, properties, dataclasses and exceptions."""

from dataclasses import dataclass


class Shape:
    def __init__(self, scale: float) -> None:
        self._scale = scale

    @property
    def scale(self) -> float:
        if self._scale < 0:
            raise ValueError("negative scale")
        return self._scale

    def area(self) -> float:
        raise TypeError("abstract")


class Square(Shape):
    def area(self) -> float:
        return self.scale**2


class Circle(Shape):
    def area(self) -> float:
        return 3.14159 * self.scale**2


@dataclass(order=True)
class Entry:
    area: float
    index: int


def run() -> float:
    entries, failures = [], 0
    for i in range(9000):
        shape: Shape = (Square, Circle, Shape)[i % 3](i % 11 - 1)
        try:
            entries.append(Entry(shape.area(), i))
        except (TypeError, ValueError):
            failures += 1
    entries.sort()
    return entries[-1].area + failures
