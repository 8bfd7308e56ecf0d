"""Strings and bytes: splitting, joining, formatting, regular expressions, differences, CSV."""

import csv
import difflib
import html
import io
import re
import shlex
import string
import textwrap
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

PROSE = """The harbour lay quiet under a sky the colour of slate. Two boats, the Marigold and the
Heron, had come in before dawn; their crews slept. On the quay an old man mended nets, counting knots
under his breath: twenty-one, twenty-two, twenty-three. 'You will want 4 more,' said the girl. She was
right. By 10:45 the wind had turned (north-east, force 6), and nobody - not even she - could say why."""

LOG = "\n".join(
    f"2024-03-{i % 28 + 1:02d} {i % 24:02d}:{i % 60:02d} [{('INFO', 'WARN', 'ERROR')[i % 3]}]"
    f" 10.0.{i % 7}.{i % 250} GET /items/{i}?page={i % 9}&q=a%20b {200 if i % 5 else 404} {i * 37 % 9000}"
    for i in range(700)
)
LINE = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d) (?P<time>[\d:]+) \[(?P<level>\w+)\] (?P<host>[\d.]+)"
    r" (?P<method>[A-Z]+) (?P<url>\S+) (?P<status>\d+) (?P<size>\d+)"
)


def words():
    counts = Counter()
    for word in PROSE.lower().split():
        counts[word.strip(string.punctuation)] += 1
    longest = max(counts, key=len)
    index = {}
    for word in counts:
        index.setdefault(word[:1], []).append(word)
    lines = [f"{word:<12}|{count:>3d}|{count / len(counts):6.2%}" for word, count in counts.items()]
    title = " ".join(word.capitalize() for word in PROSE.split()[:20])
    return longest, len("\n".join(lines)), title.swapcase().replace("T", "+").find("+")


def log_lines():
    sizes, failures = {}, []
    for line in LOG.splitlines():
        found = LINE.match(line)
        parts = found.groupdict()
        host = parts["host"]
        sizes[host] = sizes.get(host, 0) + int(parts["size"])
        if parts["status"] == "404":
            url = urlsplit(parts["url"])
            failures.append((url.path, parse_qs(url.query)["q"][0]))
    return len(sizes), len(failures)


def patterns():
    found = re.findall(r"\b[a-z]+ing\b|\b\d+(?::\d+)?\b", PROSE * 8)
    changed = re.sub(r"(\w+)-(\w+)", lambda m: m[2] + "~" + m[1], PROSE * 8)
    pieces = re.split(r"[.;:()]\s*", PROSE)
    camel = re.sub(r"(?<!^)(?=[A-Z])", "_", "someNameInCamelCase" * 20).lower()
    return len(found), changed.count("~"), len(pieces), camel.count("_")


def scanner(text):
    """A calculator: tokens by a regular expression, values by recursive descent."""
    tokens = re.findall(r"\d+\.?\d*|[-+*/()]", text)
    position = 0

    def peek():
        return tokens[position] if position < len(tokens) else None

    def take():
        nonlocal position
        position += 1
        return tokens[position - 1]

    def factor():
        token = take()
        if token == "(":
            value = total()
            take()
            return value
        return -factor() if token == "-" else float(token)

    def product():
        value = factor()
        while peek() in ("*", "/"):
            value = value * factor() if take() == "*" else value / factor()
        return value

    def total():
        value = product()
        while peek() in ("+", "-"):
            value = value + product() if take() == "+" else value - product()
        return value

    return total()


def tables():
    out = io.StringIO()
    writer = csv.writer(out)
    for i in range(250):
        writer.writerow([i, f"name {i}", i / 3, 'with "quotes", and commas'])
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    records = list(csv.DictReader(io.StringIO("a,b,c\n" + out.getvalue())))
    return sum(float(row[2]) for row in rows), records[3]["b"]


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.depth, self.text = [], 0, []

    def handle_starttag(self, tag, attributes):
        self.depth += 1
        self.found += [value for name, value in attributes if name == "href"]

    def handle_endtag(self, tag):
        self.depth -= 1

    def handle_data(self, data):
        self.text.append(data.strip())


def pages():
    item = '<li class="x"><a href="/page/{}?a=1&amp;b=2">Page &lt;{}&gt;</a></li>\n'
    parser = Links()
    parser.feed("<ul>" + "".join(item.format(i, i) for i in range(120)) + "</ul>")
    return len(parser.found), html.escape("".join(parser.text)).count("&lt;")


def octets():
    data = bytearray()
    for letter in PROSE:
        data += letter.encode()
        data.append(len(data) & 0x7F)
    shifted = bytes((byte + 13) % 256 for byte in data)
    encoded = "".join(f"{byte:02x}" for byte in shifted)
    runs, previous = [], None
    for byte in data:
        if byte == previous:
            runs[-1][1] += 1
        else:
            runs.append([byte, 1])
        previous = byte
    return bytes.fromhex(encoded) == shifted, len(runs), shifted.translate(None, b" ").hex()[:4]


for _ in range(4):
    assert words()[0] == "twenty-three"
    assert log_lines() == (len({line.split()[3] for line in LOG.splitlines()}), 140)
    assert patterns()[0] > 8
    assert [scanner("(1+2)*3-4/(5-3)*-2 + 7.5") for _ in range(150)][0] == 20.5
    assert tables()[1] == "name 3"
    assert pages() == (120, 120)
    assert octets()[0]
    left = PROSE.splitlines()
    right = [line.replace("the", "a") for line in reversed(left)]
    assert len(list(difflib.unified_diff(left, right))) > 4
    assert difflib.SequenceMatcher(None, PROSE[:150], PROSE[60:210]).ratio() > 0.3
    assert all(len(line) <= 40 for line in textwrap.wrap(PROSE, 40))
    template = string.Template("$who owes $$${amount} to ${whom}")
    assert len({template.substitute(who=i, amount=i * 2, whom="x") for i in range(150)}) == 150
    assert unquote(quote(PROSE)) == PROSE and urlencode({"a b": PROSE}).startswith("a+b=")
    assert shlex.split("one 'two three' \"four\"")[1] == "two three"
    assert "{0:>{1}}|{name!r:^10}".format(3, 5, name="x") == "    3|   'x'    "
    upper = str.maketrans({letter: letter.upper() for letter in string.ascii_lowercase})
    assert PROSE.translate(upper) == PROSE.upper()
    assert sum(PROSE.count(letter) for letter in string.ascii_letters) < len(PROSE)
    assert "".join(reversed(PROSE))[::-1] == PROSE
