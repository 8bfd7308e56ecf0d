"""pyflakes over the files named, except for what a line marks with `# noqa: F401` (an import for its effect or its
name). Exit status 1 when it finds anything."""

import sys
from pathlib import Path

from pyflakes import api, reporter


class UnmarkedOnly(reporter.Reporter):
    """Passes on what no line excuses."""

    def flake(self, message: object) -> None:
        line = Path(message.filename).read_text().splitlines()[message.lineno - 1]
        if "# noqa: F401" not in line:
            self.count += 1
            super().flake(message)

    count = 0


def main() -> int:
    found = UnmarkedOnly(sys.stdout, sys.stderr)
    unreadable = 0
    for name in sys.argv[1:]:
        text = Path(name).read_text()
        try:
            compile(text, name, "exec", dont_inherit=True)
        except SyntaxError as error:
            print(error)
            unreadable += 1
            continue
        api.check(text, name, found)
    return 1 if found.count or unreadable else 0


if __name__ == "__main__":
    sys.exit(main())
