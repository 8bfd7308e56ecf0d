"""Regular expressions over log lines."""

import re

LINE = re.compile(
    r"(?P<host>[\w.]+) - \[(?P<day>\d\d)/(?P<month>\w{3})\] \"(?P<verb>GET|POST) (?P<path>\S+)\" (\d{3})"
)


def run() -> int:
    lines = [
        f'host{i % 50}.example - [{i % 28 + 1:02}/Nov] "{"GET" if i % 3 else "POST"} /item/{i}?q={i * 7}" {200 + i % 5}'
        for i in range(4000)
    ]
    hits = 0
    for line in lines:
        match = LINE.match(line)
        if match and match["verb"] == "GET":
            hits += len(re.sub(r"\d+", "#", match["path"]))
    return hits
