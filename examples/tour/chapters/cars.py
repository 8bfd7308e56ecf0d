"""How the weight of a car decides what it burns."""

import statistics
from collections import defaultdict


def fit_by_origin(cars) -> list[list]:
    """Origin, number of cars, intercept, slope and correlation of miles per gallon over 1000 lbs.

    `cars` is a JavaScript array of objects. What JavaScript has as null is no measurement.
    """
    points = defaultdict(list)
    for car in cars:
        if isinstance(car.Miles_per_Gallon, int | float):
            points[car.Origin].append((car.Weight_in_lbs / 1000, car.Miles_per_Gallon))
    return [[origin, *fit(points[origin])] for origin in sorted(points)]


def fit(points: list[tuple[float, float]]) -> list[float]:
    weights, miles = zip(*points)
    line = statistics.linear_regression(weights, miles)
    return [len(points), line.intercept, line.slope, statistics.correlation(weights, miles)]
