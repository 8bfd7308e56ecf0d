"""tools/sdk: a command in the root is this process; errors say what is missing and what to do.

The tests run inside the toolchain. Where one needs the view from outside, it hides the marker of the
toolchain in a mount namespace, and shows the toolchain once more as the root in a cache folder.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[3] / "tools"
NAMESPACE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-r", "--mount"]
OUTSIDE = """
if [[ -n $ROOT ]]; then mkdir -p "$ROOT"; mount --rbind / "$ROOT"; fi
mount --bind /dev/null /etc/krait-sdk
exec "$@"
"""


class SdkCase(unittest.TestCase):
    """A copy of the tool with a cache folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.sdk = self.folder / "tools" / "sdk"
        self.sdk.parent.mkdir()
        shutil.copy(TOOLS / "sdk", self.sdk)
        shutil.copytree(TOOLS / "sdk.d", self.sdk.parent / "sdk.d")
        self.env = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache"), "ROOT": ""}

    def run_sdk(self, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
        options = {"env": self.env, "cwd": self.folder, "text": True, "timeout": 60, **options}
        return subprocess.run([self.sdk, *arguments], capture_output=True, **options)


class InsideTest(SdkCase):
    def test_packages_are_those_of_the_list(self) -> None:
        names = self.run_sdk("packages").stdout.split()

        self.assertIn("emscripten", names)
        self.assertEqual(len(names), len(set(names)))

    def test_an_unknown_command_is_an_error(self) -> None:
        result = self.run_sdk("no-such-command")

        self.assertEqual(result.returncode, 1)
        self.assertIn("there is no command 'no-such-command'", result.stderr)

    def test_inside_the_toolchain_a_command_just_runs(self) -> None:
        result = self.run_sdk("exec", "--", "sh", "-c", "echo out; exit 7")

        self.assertEqual((result.returncode, result.stdout), (7, "out\n"))


@unittest.skipUnless(Path("/etc/krait-sdk").exists(), "this host is the toolchain: no root is used")
class OutsideCase(SdkCase):
    """From outside: a root is needed, as this host lacks one of the packages."""

    def setUp(self) -> None:
        super().setUp()
        with open(self.sdk.parent / "sdk.d" / "packages.txt", "a") as packages:
            packages.write("krait-no-such-package\n")
        self.key = self.run_sdk("--version").stdout.split()[-1]

    def outside(self, *arguments: str) -> list[str]:
        return [*NAMESPACE, "bash", "-euc", OUTSIDE, "outside", str(self.sdk), *arguments]

    def run_outside(self, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
        options = {"env": self.env, "cwd": self.folder, "text": True, "timeout": 60, **options}
        return subprocess.run(self.outside(*arguments), capture_output=True, **options)


class MissingTest(OutsideCase):
    def test_status_names_what_the_host_lacks(self) -> None:
        result = self.run_outside("status")

        self.assertIn("not made yet", result.stdout)
        self.assertIn("lacks: krait-no-such-package\n", result.stdout)

    def test_a_full_disk_is_named_before_anything_is_made(self) -> None:
        shims = self.folder / "shims"
        shims.mkdir()
        (shims / "df").write_text("#!/bin/sh\nprintf 'Avail\\n123\\n'\n")
        (shims / "df").chmod(0o755)

        env = {**self.env, "PATH": f"{shims}:{os.environ['PATH']}"}
        result = self.run_outside("ensure", env=env)

        self.assertEqual(result.returncode, 1)
        self.assertIn("123 MB free of", result.stderr)
        self.assertIn("XDG_CACHE_HOME", result.stderr)
        self.assertEqual(list((self.folder / "cache/krait/sdk").glob("*.partial-*")), [])


class ExecTest(OutsideCase):
    """A command in a root, entered from outside."""

    def setUp(self) -> None:
        super().setUp()
        self.env["ROOT"] = str(self.folder / "cache/krait/sdk" / self.key)

    def test_exit_code_streams_and_folder_are_the_commands(self) -> None:
        folder = self.folder / "a b\\c=d"
        folder.mkdir()

        result = self.run_outside("exec", "sh", "-c", "cat; pwd; exit 7", input="in\n", cwd=folder)

        self.assertEqual((result.returncode, result.stdout), (7, f"in\n{folder}\n"))

    def test_a_signal_reaches_the_command(self) -> None:
        script = "trap 'echo asked; exit 6' TERM; echo ready; while :; do sleep 0.05; done"
        command = self.outside("exec", "bash", "-c", script)
        with subprocess.Popen(
            command, env=self.env, cwd=self.folder, stdout=subprocess.PIPE, text=True
        ) as process:
            self.assertEqual(process.stdout.readline(), "ready\n")
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=30)

        self.assertEqual((process.returncode, output), (6, "asked\n"))

    def test_only_what_speaks_of_host_programs_leaves_the_environment(self) -> None:
        env = {**self.env, "CC": "cc", "EM_CONFIG": "x", "PYTHONPATH": "x", "https_proxy": "p"}

        result = self.run_outside("exec", "env", env={**env, "WISH": "kept"})

        names = {line.split("=")[0] for line in result.stdout.splitlines()}
        self.assertLessEqual({"https_proxy", "WISH", "HOME", "XDG_CACHE_HOME"}, names)
        self.assertTrue(names.isdisjoint({"CC", "EM_CONFIG", "PYTHONPATH"}))

    def test_the_root_is_shared_and_so_read_only(self) -> None:
        result = self.run_outside("exec", "touch", "/usr/x", str(self.folder / "y"))

        self.assertIn("Read-only file system", result.stderr)
        self.assertTrue((self.folder / "y").exists())

    def test_a_missing_command_is_named(self) -> None:
        result = self.run_outside("exec", "no-such-command")

        self.assertEqual(result.returncode, 127)
        self.assertIn("there is no command no-such-command inside the root", result.stderr)


if __name__ == "__main__":
    unittest.main()
