"""Movies in a database."""

import json
import sqlite3
from collections.abc import Callable, Iterator

QUERY = """
    WITH ranked AS (
        SELECT *, row_number() OVER (PARTITION BY genre ORDER BY gross DESC) AS rank FROM movie
    )
    SELECT genre, count(*), avg(rating), sum(gross), max(gross),
           max(CASE rank WHEN 1 THEN title END)
    FROM ranked GROUP BY genre ORDER BY sum(gross) DESC LIMIT 6
"""

BATCH = 700


def load(data, on_progress: Callable[[int, int], None]) -> sqlite3.Connection:
    """A database from the bytes of a JSON file, given as a JavaScript Uint8Array."""
    rows = json.loads(data.to_bytes())
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE movie (title TEXT, genre TEXT, rating REAL, gross INTEGER)")
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        database.executemany("INSERT INTO movie VALUES (?, ?, ?, ?)", fields(batch))
        on_progress(start + len(batch), len(rows))
    return database


def fields(rows: list[dict]) -> Iterator[tuple]:
    """What the table holds of the movies whose genre and gross are known."""
    for row in rows:
        if row["Major Genre"] and row["Worldwide Gross"]:
            yield str(row["Title"]), row["Major Genre"], row["IMDB Rating"], row["Worldwide Gross"]


def best_genres(database: sqlite3.Connection, format_money: Callable[[int], str]) -> list[list]:
    """The genres that earned most: genre, films, mean rating, gross, highest gross, of which film."""
    return [
        [genre, films, rating, format_money(gross), format_money(highest), title]
        for genre, films, rating, gross, highest, title in database.execute(QUERY)
    ]
