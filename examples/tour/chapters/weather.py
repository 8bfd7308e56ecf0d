"""Days of weather, by year."""

import csv
import io
import statistics
from itertools import groupby


def by_year(text: str) -> list[dict]:
    """One dict a year from the text of a CSV file that is in order of its dates."""
    days = csv.DictReader(io.StringIO(text))
    return [summary(year, list(group)) for year, group in groupby(days, key=year_of)]


def year_of(day: dict) -> int:
    return int(day["date"][:4])


def summary(year: int, days: list[dict]) -> dict:
    highs = [float(day["temp_max"]) for day in days]
    rain = [float(day["precipitation"]) for day in days]
    hottest = max(days, key=lambda day: float(day["temp_max"]))
    return {
        "year": str(year),
        "days": len(days),
        "meanHigh": statistics.fmean(highs),
        "rainyDays": sum(amount > 0 for amount in rain),
        "rain": sum(rain),
        "hottestDay": hottest["date"],
    }
