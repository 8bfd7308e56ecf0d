"""A page rendered from a compiled template: closures, string formatting, escaping and joins."""

import re

TOKEN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")
PAGE = """<table class="{{ style }}">
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% end %}</tr>
{% end %}</table>"""
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def escaped(value) -> str:
    text = (
        value
        if isinstance(value, str)
        else f"{value:.2f}" if isinstance(value, float) else str(value)
    )
    if any(letter in text for letter in ESCAPES):
        text = "".join(ESCAPES.get(letter, letter) for letter in text)
    return text


def block(tokens):
    """A function that appends a block's output to a list, given the names in scope."""
    parts = []
    for token in tokens:
        if token.startswith("{{"):
            name = token[2:-2].strip()
            parts.append(lambda scope, out, name=name: out.append(escaped(scope[name])))
        elif token.startswith("{%"):
            words = token[2:-2].split()
            if words[0] == "end":
                break
            parts.append(loop(words[1], words[3], block(tokens)))
        elif token:
            parts.append(lambda scope, out, token=token: out.append(token))

    def render(scope, out):
        for part in parts:
            part(scope, out)

    return render


def loop(target, source, body):
    def render(scope, out):
        inner = dict(scope)
        for inner[target] in scope[source]:
            body(inner, out)

    return render


def run() -> str:
    page = block(iter(TOKEN.split(PAGE)))
    rows = [
        [f"<{i}&{j}>" if j % 4 == 0 else i * j if j % 2 else i / (j + 1) for j in range(12)]
        for i in range(400)
    ]
    out: list[str] = []
    page({"style": 'a "b"', "rows": rows}, out)
    text = "".join(out)
    return f"{len(text)} {hash(text) != 0} {text[-60:]!r}"
