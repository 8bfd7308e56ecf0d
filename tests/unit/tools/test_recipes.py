"""tools/recipes: Fortran turned into C, and shared libraries that a wheel brings."""

import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RECIPES = ROOT / "tools" / "recipes"
sys.path.insert(0, str(RECIPES))
sys.path.insert(0, str(RECIPES / "lapack"))

import fortran_to_c  # noqa: E402
import shared_libraries  # noqa: E402


def fortran(text: str) -> str:
    """With the six columns that statements leave free; a label stands in them."""
    return "".join(
        line.lstrip() if line.lstrip()[:1].isdigit() else f"      {line}"
        for line in textwrap.dedent(text).lstrip("\n").splitlines(keepends=True)
    )


class Fortran77Test(unittest.TestCase):
    def result(self, text: str, **options: bool) -> list[str]:
        kind = {"is_double": True, "is_double_complex": False, **options}
        written = fortran_to_c.as_fortran_77(fortran(text), **kind)
        return [" ".join(line.split()) for line in written.splitlines()]

    def test_leaving_a_loop_is_a_jump_behind_it(self) -> None:
        text = "DO WHILE( I.LT.N )\n   IF( A( I ).NE.0 ) EXIT\n   I = I + 1\nEND DO\nX = 1\n"
        self.assertEqual(
            self.result(text),
            [
                *("DO WHILE( I.LT.N )", "IF( A( I ).NE.0 )", "$ GO TO 90001"),
                *("I = I + 1", "END DO", "90001 CONTINUE", "X = 1"),
            ],
        )

    def test_the_next_turn_is_a_jump_to_the_end_of_the_loop(self) -> None:
        text = "DO I = 1, N\n   IF( A( I ).EQ.0 ) CYCLE\n   B = B + 1\nEND DO\n"
        self.assertEqual(self.result(text)[-2:], ["90001 CONTINUE", "END DO"])
        labelled = "DO 10 I = 1, N\n   IF( A( I ).EQ.0 ) CYCLE\n   10 CONTINUE\n"
        self.assertIn("$ GO TO 10", self.result(labelled))

    def test_loops_in_loops_have_labels_of_their_own(self) -> None:
        text = "DO I = 1, N\n   DO J = 1, N\n      EXIT\n   END DO\n   EXIT\nEND DO\n"
        self.assertEqual(
            self.result(text),
            [
                *("DO I = 1, N", "DO J = 1, N", "GO TO 90001", "END DO", "90001 CONTINUE"),
                *("GO TO 90002", "END DO", "90002 CONTINUE"),
            ],
        )

    def test_parts_of_arrays_are_set_one_by_one_and_texts_stay(self) -> None:
        self.assertEqual(self.result("IWORK(1:2) = 0\n"), ["IWORK( 1 ) = 0", "IWORK( 2 ) = 0"])
        self.assertEqual(self.result("OPTS( 1: 1 ) = SIDE\n"), ["OPTS( 1: 1 ) = SIDE"])
        self.assertEqual(self.result("OPTS(1:2) = 'NN'\n"), ["OPTS(1:2) = 'NN'"])

    def test_intrinsics_of_later_fortran(self) -> None:
        self.assertEqual(
            self.result("P = MAXLOC( WORK( (N+J):(2*N) ), 1 )\n"),
            ["P = KDLARG( ((2*N))-((N+J))+1, WORK( (N+J) ) )"],
        )
        self.assertEqual(
            self.result("I = CEILING( REAL(N)/REAL(KD) )\n"), ["I = ( ( N + KD - 1 ) / ( KD ) )"]
        )
        self.assertEqual(
            self.result("X = REAL( Z ) + AIMAG( Z )\n", is_double_complex=True),
            ["X = DBLE( Z ) + DIMAG( Z )"],
        )

    def test_what_is_for_threads_is_left_out(self) -> None:
        text = "      A = 1\n#if defined(_OPENMP)\n      A = 2\n#else\n      A = 3\n#endif\n"
        written = fortran_to_c.as_fortran_77(text, False, False)
        self.assertEqual(written.split(), ["A", "=", "1", "A", "=", "3"])


class SignatureTest(unittest.TestCase):
    def test_subroutines_give_nothing_and_lengths_are_not_passed(self) -> None:
        text = textwrap.dedent(
            """\
            /* Subroutine */ int f_(char *uplo, integer *n, ftnlen
            \tuplo_len)
            {
                extern /* Subroutine */ int g_a__(char *, ftnlen);
                s_copy(x, "ab", (ftnlen)2, (ftnlen)2);
                if (lsame_(uplo, "U", (
            \t    ftnlen)1, (ftnlen)1)) g_a__("U", (ftnlen)1);
                return 0;
            } /* f_ */

            integer h_(integer *n)
            {
                return 0;
            }
            """
        )
        written = fortran_to_c.with_plain_signatures(text)
        self.assertIn("void f_(char *uplo, integer *n)", written)
        self.assertIn("void g_a_(char *);", written)
        self.assertIn('s_copy(x, "ab", (ftnlen)2, (ftnlen)2);', written)
        self.assertIn('if (lsame_(uplo, "U")) g_a_("U");\n    return;\n}', written)
        self.assertTrue(written.rstrip().endswith("return 0;\n}"))

    def test_a_length_that_is_asked_for_is_measured(self) -> None:
        text = "integer f_(char *name__, ftnlen name_len)\n{\n    s_copy(a, name__, (ftnlen)6, name_len);\n}\n"
        self.assertIn(
            "s_copy(a, name__, (ftnlen)6, (ftnlen)strlen(name__));",
            fortran_to_c.with_plain_signatures(text),
        )

    def test_what_f2c_cannot_read_is_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "bad.f"
            source.write_text("      SUBROUTINE BAD( A )\n      POINTER :: A\n      END\n")
            program = RECIPES / "lapack" / "fortran_to_c.py"
            ran = subprocess.run([program, f"{folder}/out", source], capture_output=True, text=True)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("f2c cannot read bad.f", ran.stderr)


class SharedLibrariesTest(unittest.TestCase):
    def module(self, *needed: str) -> bytes:
        names = b"".join(bytes([len(name)]) + name.encode() for name in needed)
        part = bytes([len(needed)]) + names
        section = b"\x08dylink.0" + bytes([2, len(part)]) + part
        return b"\0asm\1\0\0\0\0" + bytes([len(section)]) + section + b"the rest"

    def test_modules_that_need_a_library_are_told_where_it_is(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder) / "site"
            (site / "pkg" / "inner").mkdir(parents=True)
            library = Path(folder) / "liba.so"
            library.write_bytes(self.module())
            uses, other = site / "pkg" / "inner" / "m.so", site / "pkg" / "other.so"
            uses.write_bytes(self.module("liba.so", "libc.so"))
            other.write_bytes(self.module("libc.so"))
            shared_libraries.bundle(site, "pkg", {"liba.so": library})
            self.assertTrue((site / "pkg.libs" / "liba.so").exists())
            self.assertEqual(other.read_bytes(), self.module("libc.so"))
            content = uses.read_bytes()
        self.assertIn(b"$ORIGIN/../../pkg.libs", content)
        self.assertTrue(content.endswith(b"the rest"))
        self.assertEqual(shared_libraries._needed(content), ["liba.so", "libc.so"])

    def test_what_is_no_side_module_is_refused(self) -> None:
        for content in (b"", b"\0asm\1\0\0\0\1", b"\0asm\1\0\0\0\0\5\4name"):
            with self.assertRaises((ValueError, IndexError)):
                shared_libraries._needed(content)


if __name__ == "__main__":
    unittest.main()
