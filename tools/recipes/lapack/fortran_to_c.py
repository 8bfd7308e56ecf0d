#!/usr/bin/env python3
"""Turns the Fortran of LAPACK and BLAS into C, by f2c.

usage: fortran_to_c.py OUTPUT FILE.f...

f2c reads Fortran 77. What the sources have of later Fortran is written in that before (exits of loops, assignments to parts of
arrays, generic intrinsics). What f2c writes is changed so that each routine has the one signature by which C calls it: a
subroutine gives nothing, and the lengths of texts are not passed. WebAssembly checks signatures at each call.
"""

import re
import subprocess
import sys
from pathlib import Path

_FIRST_LABEL = 90001
_COMMENT = re.compile(r"^[*cC!]|^\s*$|^\s*!")
_LOOP = re.compile(
    r"^[\s\d]{6}\s*(?:\w+\s*:\s*)?DO(?:\s+(\d+)\b,?)?(?:\s+\w+\s*=|\s+WHILE\b|\s*$)", re.I
)
_END_OF_LOOP = re.compile(r"^[\s\d]{6}\s*END\s*DO\b", re.I)
_LEAVE = re.compile(r"\b(EXIT|CYCLE)\s*(?:!.*)?$", re.I)
_PART = re.compile(r"^ {6}\s*(\w+)\(\s*(\d+)\s*:\s*(\d+)\s*\)\s*=\s*([\w.]+)\s*$")
_PLACE_OF_LARGEST = re.compile(r"MAXLOC\(\s*(\w+)\(\s*(.+?):(.+?)\s*\),\s*1\s*\)", re.I)
_INTRINSIC = r"^(\s*INTRINSIC\b.*?),?\s*\b(?:{})\b"
_FOR_THREADS = re.compile(
    r"^#if defined\(_OPENMP\).*?\n.*?(?:^#else\n(.*?))?^#endif\n", re.M | re.S
)
_REAL = r"(?:REAL|DBLE)\(\s*([\w\s-]+?)\s*\)"
_QUOTIENT_ABOVE = re.compile(rf"CEILING\(\s*{_REAL}\s*/\s*{_REAL}\s*\)", re.I)


def as_fortran_77(text: str, is_double: bool, is_double_complex: bool) -> str:
    """The same program, without what f2c does not know."""
    text = re.sub(r"^( {6}\s*)RECURSIVE\s+", r"\1", text, flags=re.I | re.M)
    largest = "1.7976931348623157D+308" if is_double else "3.4028235E+38"
    text = re.sub(r"\bHUGE\(ZERO\)", largest, text)
    text = _FOR_THREADS.sub(lambda found: found.group(1) or "", text)
    text = re.sub(_INTRINSIC.format("MAXLOC|CEILING|HUGE"), r"\1", text, flags=re.I | re.M)
    text = _QUOTIENT_ABOVE.sub(r"( ( \1 + \2 - 1 ) / ( \2 ) )", text)
    largest_of = "KDLARG" if is_double else "KSLARG"  # of runtime.c; integer by its first letter
    text = _PLACE_OF_LARGEST.sub(rf"{largest_of}( (\3)-(\2)+1, \1( \2 ) )", text)
    if is_double_complex:
        text = re.sub(r"\bAIMAG\b", "DIMAG", text, flags=re.I)
        text = re.sub(r"\bCONJG\b", "DCONJG", text, flags=re.I)
        text = re.sub(r"\bCMPLX\b", "DCMPLX", text, flags=re.I)
        text = re.sub(r"\bREAL\(", "DBLE(", text, flags=re.I)
    return "\n".join(_without_exits(_without_parts(text.splitlines()))) + "\n"


def _without_parts(lines: list[str]) -> list[str]:
    """`A(1:4) = 0` element by element."""
    written = []
    for line in lines:
        found = _PART.match(line)
        if found is None or found.group(2) == found.group(3):
            written.append(line)
            continue
        array, first, last, value = found.groups()
        places = range(int(first), int(last) + 1)
        written += [f"      {array}( {place} ) = {value}" for place in places]
    return written


def _without_exits(lines: list[str]) -> list[str]:
    """EXIT and CYCLE as jumps to labels behind the loop, and at its end."""
    written: list[str] = []
    loops: list[dict[str, str | None]] = (
        []
    )  # from the outermost: the label of its end, and those made here
    label = _FIRST_LABEL
    for line in lines:
        if _COMMENT.match(line):
            written.append(line)
            continue
        loop = _LOOP.match(line)
        leave = _LEAVE.search(line)
        if loop is not None:
            # Where the end has a label it is what CYCLE jumps to.
            loops.append({"end": loop.group(1), "EXIT": None, "CYCLE": loop.group(1)})
        elif leave is not None and loops:
            kind = leave.group(1).upper()
            if loops[-1][kind] is None:
                loops[-1][kind] = str(label)
                label += 1
            rest = line[: leave.start()].rstrip()
            jump = f"GO TO {loops[-1][kind]}"
            written += [rest, f"     $   {jump}"] if rest.strip() else [f"      {jump}"]
            continue
        ends_here = _END_OF_LOOP.match(line) is not None
        if ends_here and loops and loops[-1]["CYCLE"] is not None:  # made here
            written.append(f"{loops[-1]['CYCLE']} CONTINUE")
        written.append(line)
        own_label = line[:5].strip()
        while loops and (ends_here or (own_label and loops[-1]["end"] == own_label)):
            ended = loops.pop()
            if ended["EXIT"] is not None:
                written.append(f"{ended['EXIT']} CONTINUE")
            ends_here = False
    return written


_LENGTH = re.compile(r",\s*(?:\(\s*ftnlen\s*\)\s*\d+|ftnlen\b(?:\s+\w+)?|(?!i_len\b)\w+_len\b)")
_OWN_LENGTH = re.compile(r"\b(?!i_len\b)(\w+)_len\b")
# Of f2c's runtime, which is told lengths.
_TEXTS = frozenset({"s_cat", "s_cmp", "s_copy", "i_len", "i_indx"})


def with_plain_signatures(text: str) -> str:
    """What f2c wrote, with signatures as C declares them."""
    text = text.replace("/* Subroutine */ int", "/* Subroutine */ void")
    text = re.sub(r"\b([a-z]\w*_\w*)__\b(?=\s*\()", r"\1_", text)
    text = _without_lengths(text)
    written = []
    for body in re.split(r"(?<=^\})", text, flags=re.M):
        if re.search(r"^/\* Subroutine \*/ void ", body, re.M):
            body = re.sub(r"\breturn 0;", "return;", body)
        written.append(body)
    return "".join(written)


def _without_lengths(text: str) -> str:
    """Without what is passed beside each text, but in calls of the runtime."""
    written, end = [], 0
    for found in _LENGTH.finditer(text):
        if _called(text, found.start()) not in _TEXTS:
            written.append(text[end : found.start()])
            end = found.end()
    text = "".join(written) + text[end:]

    def measured(found: re.Match[str]) -> str:
        name = found.group(1)
        return f"(ftnlen)strlen({name}__)" if f"{name}__" in text else f"(ftnlen)strlen({name})"

    return _OWN_LENGTH.sub(measured, text)


def _called(text: str, position: int) -> str:
    """The function that an argument at this place is passed to."""
    depth = 0
    while depth >= 0:
        position -= 1
        depth += {")": 1, "(": -1}.get(text[position], 0)
    start = position
    while text[start - 1].isalnum() or text[start - 1] == "_":
        start -= 1
    return text[start:position]


def main() -> int:
    output = Path(sys.argv[1])
    output.mkdir(parents=True, exist_ok=True)
    names = []
    for path in map(Path, sys.argv[2:]):
        text = path.read_text(errors="replace")
        target = output / path.with_suffix(".f").name
        target.write_text(as_fortran_77(text, path.name[0] in "dz", path.name[0] == "z"))
        names.append(target.name)
    # All in memory (no static variables), with prototypes; functions of REAL give REAL.
    f2c = ["f2c", "-a", "-A", "-R", "-Nn802", "-Nx400", *names]
    said = subprocess.run(f2c, cwd=output, capture_output=True, text=True)
    lost = [name for name in names if not (output / name).with_suffix(".c").exists()]
    if lost:
        print(said.stderr, file=sys.stderr)
        print(f"fortran_to_c: f2c cannot read {' '.join(lost)}", file=sys.stderr)
        return 1
    for name in names:
        path = (output / name).with_suffix(".c")
        path.write_text(with_plain_signatures(path.read_text()))
        (output / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
