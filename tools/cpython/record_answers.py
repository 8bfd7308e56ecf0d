#!/usr/bin/env python3.13
"""Records the answers of CPython's configure, so that the next build need not probe for minutes.

usage: record_answers.py BUILD/config.cache > configure-answers.site

Left out: what depends on the environment (flags, programs, their paths) and not on the target.
"""

import re
import sys

import interpreter

_ENVIRONMENT = re.compile(r"ac_cv_(host|build)$|ac_cv_(env|prog|path)_|pkg_cv_|py_cv_module_")
_ANSWER = re.compile(r"(\w+)=\$\{\1=(.*)\}")


def main() -> None:
    print(interpreter.answers_header())
    print("# Written by record_answers.py. Delete the line of a probe to have it made again.")
    for line in open(sys.argv[1]):
        answer = _ANSWER.fullmatch(line.rstrip("\n"))
        if answer and not _ENVIRONMENT.match(answer[1]):
            print(f"{answer[1]}={answer[2]}")


if __name__ == "__main__":
    main()
