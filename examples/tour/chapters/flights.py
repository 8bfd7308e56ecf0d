"""Airports and the flights between them."""

import csv
import heapq
from collections import Counter
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0


class Airport(NamedTuple):
    city: str
    latitude: float
    longitude: float


class Route(NamedTuple):
    origin: Airport
    destination: Airport
    flights: int
    kilometres: float


class Routes:
    """The routes of `flights-airport.csv` in a folder, their ends found in its `airports.csv`."""

    def __init__(self, folder: str):
        self.airports = {
            row["iata"]: Airport(row["city"], float(row["latitude"]), float(row["longitude"]))
            for row in read(folder, "airports.csv")
        }
        self.routes = [self.route(row) for row in read(folder, "flights-airport.csv")]

    def route(self, row: dict) -> Route:
        ends = self.airports[row["origin"]], self.airports[row["destination"]]
        return Route(*ends, int(row["count"]), distance_km(*ends))

    def longest(self, count: int) -> list[list]:
        """From, to, flights and km of the longest routes."""
        found = heapq.nlargest(count, self.routes, key=lambda route: route.kilometres)
        return [[r.origin.city, r.destination.city, r.flights, r.kilometres] for r in found]

    def busiest(self, count: int) -> list[tuple[str, int]]:
        """The cities with most departures."""
        departures = Counter()
        for route in self.routes:
            departures[route.origin.city] += route.flights
        return departures.most_common(count)

    def flown_kilometres(self) -> float:
        return sum(route.flights * route.kilometres for route in self.routes)


def read(folder: str, name: str) -> list[dict]:
    with open(Path(folder, name), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def distance_km(a: Airport, b: Airport) -> float:
    """Along the surface of a sphere (haversine)."""
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    half = (
        sin(north / 2) ** 2
        + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))
