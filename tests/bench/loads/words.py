"""Strings, dictionaries and sorting: word counts of a generated text."""

SYLLABLES = ("ka", "ro", "min", "tel", "su", "ban", "di", "lo", "ve", "qua")


def text(words: int) -> str:
    state, out = 12345, []
    for _ in range(words):
        state = (state * 1103515245 + 12345) % 2**31
        out.append(
            SYLLABLES[state % 10] + SYLLABLES[state // 10 % 10] + SYLLABLES[state // 100 % 10]
        )
    return " ".join(out)


def run() -> int:
    counts: dict[str, int] = {}
    for word in text(12000).split():
        key = word.upper().strip("K")
        counts[key] = counts.get(key, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return len("".join(f"{word}:{count};" for word, count in ranked))
