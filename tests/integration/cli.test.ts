import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { krait } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { test } from "../support/test.ts";

const folder = await temporaryFolder();
await mkdir(join(folder, "package"));
await mkdir(join(folder, "library"));
await mkdir(join(folder, "elsewhere"));
await writeFile(
  join(folder, "show.py"),
  "import os, sys\nprint(sys.argv, sys.path[0], __name__, os.path.basename(__file__), os.getcwd())\n",
);
await writeFile(join(folder, "sibling.py"), "VALUE = 42\n");
await writeFile(join(folder, "imports.py"), "import sibling\nprint(sibling.VALUE)\n");
await writeFile(join(folder, "package", "__init__.py"), "");
await writeFile(
  join(folder, "package", "__main__.py"),
  "import sys; print(__name__, sys.argv[1:])\n",
);
await writeFile(join(folder, "library", "helper.py"), "WHERE = __file__\n");
await symlink(join(folder, "imports.py"), join(folder, "elsewhere", "link.py"));

test("cli: -c runs a command with its arguments", async () => {
  const { status, stdout, stderr } = await krait([
    "-c",
    "import sys; print(1, sys.argv)",
    "a",
    "-V",
  ]);

  assert.deepEqual(
    { status, stdout, stderr },
    {
      status: 0,
      stdout: "1 ['-c', 'a', '-V']\n",
      stderr: "",
    },
  );
});

test("cli: a script gets its arguments and its folder first on sys.path", async () => {
  const { stdout, stderr } = await krait(["show.py", "a", "-q"], { cwd: folder });

  assert.equal(stderr, "");
  assert.equal(stdout, `['show.py', 'a', '-q'] ${folder} __main__ show.py ${folder}\n`);
});

test("cli: a script elsewhere, or a link to one, imports its neighbours", async () => {
  const cwd = join(folder, "elsewhere");

  assert.equal((await krait(["../imports.py"], { cwd })).stdout, "42\n");
  assert.equal((await krait([join(folder, "imports.py")], { cwd })).stdout, "42\n");
  assert.equal((await krait(["link.py"], { cwd })).stdout, "42\n");
});

test("cli: -m runs a module of the standard library or of the working folder", async () => {
  const json = await krait(["-m", "json.tool"], { input: '{"a": [1]}' });
  const own = await krait(["-m", "package", "x"], { cwd: folder });

  assert.deepEqual(JSON.parse(json.stdout), { a: [1] });
  assert.equal(own.stdout, "__main__ ['x']\n");
});

test("cli: a folder with a __main__.py is run", async () => {
  assert.equal((await krait(["package", "y"], { cwd: folder })).stdout, "__main__ ['y']\n");
});

test("cli: standard input is the program when nothing else is", async () => {
  const input = "import sys\nprint(sys.argv)\nprint(repr(sys.stdin.read()))\n";

  assert.match((await krait([], { input })).stdout, /^\[.*\]\n''\n$/);
  assert.equal((await krait(["-", "a"], { input })).stdout, "['-', 'a']\n''\n");
});

test("cli: -i goes on at the prompt with what the program defined", async () => {
  const { status, stdout, stderr } = await krait(["-i", "-c", "x = 20"], {
    input:
      "x + 1\nimport asyncio\nawait asyncio.sleep(0, 'awaited')\ndef f():\n  return x\n\nf()\n1/0\nexit(4)\n",
  });

  assert.equal(stdout, "21\n'awaited'\n20\n");
  assert.match(stderr, /^>>> .*\.\.\. .*ZeroDivisionError: division by zero\n>>> $/s);
  assert.equal(status, 4);
});

test("cli: -i alone greets, unless -q", async () => {
  assert.match((await krait(["-i"])).stderr, /^Python 3\.13\.\d+ .*\n.*\n>>> /);
  assert.match((await krait(["-iq"])).stderr, /^>>> \s*$/);
});

test("cli: -V says which Python, --help how to use it", async () => {
  const help = await krait(["--help"]);

  assert.match((await krait(["-V"])).stdout, /^Python 3\.13\.\d+\n$/);
  assert.match((await krait(["-VV"])).stdout, /^Python 3\.13\.\d+ \(.*\nkrait \d/s);
  assert.equal(help.status, 0);
  assert.match(help.stdout, /^usage: krait .*-c CMD.*--mount HOST/s);
  assert.match((await krait(["--help-all"])).stdout, /PYTHONPATH.*tracemalloc/s);
});

test("cli: a command line that cannot be followed has status 2", async () => {
  for (const [args, message] of [
    [["-Z"], /unknown option: -Z\nusage: krait/],
    [["--mount"], /the option --mount needs an argument/],
    [["--mount", join("/no", "such"), "-c", "1"], /there is no folder '\/no\/such'/],
    [["no-such-file.py"], /can't open file '.*no-such-file\.py': \[Errno \d+\] No such file/],
  ] as const) {
    const { status, stderr } = await krait(args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
});

test("cli: the exit status is the program's", async () => {
  const statusOf = async (source: string) => (await krait(["-c", source])).status;

  assert.equal(await statusOf("pass"), 0);
  assert.equal(await statusOf("import sys; sys.exit(7)"), 7);
  assert.equal(await statusOf("import sys; sys.exit('message')"), 1);
  assert.equal(await statusOf("raise ValueError"), 1);
  assert.equal(await statusOf("raise KeyboardInterrupt"), 130);
  assert.equal(await statusOf("import os; os._exit(9)"), 9);
  assert.equal(await statusOf("def :"), 1);
});

test("cli: an uncaught exception is shown as python shows it", async () => {
  await writeFile(join(folder, "fails.py"), "def f():\n    raise ValueError('no')\n\nf()\n");

  const { stderr, status } = await krait(["fails.py"], { cwd: folder });

  assert.equal(status, 1);
  assert.match(
    stderr,
    /^Traceback \(most recent call last\):\n {2}File "[^"]*fails\.py", line 4, in <module>\n {4}f\(\)\n.*line 2, in f\n.*\nValueError: no\n$/s,
  );
});

test("cli: atexit handlers run, and output that was not flushed arrives", async () => {
  const source =
    "import atexit, sys; atexit.register(lambda: print('last')); print('part', end=' '); sys.exit(3)";

  assert.deepEqual(await krait(["-c", source]), { status: 3, stdout: "part last\n", stderr: "" });
});

test("cli: files of the host are read and written in place", async () => {
  const source = "open('made.txt', 'w').write(open('sibling.py').read() + 'é')";

  const { status, stderr } = await krait(["-c", source], { cwd: folder });

  assert.equal(status, 0, stderr);
  assert.equal(await readFile(join(folder, "made.txt"), "utf8"), "VALUE = 42\né");
});

test("cli: --mount shows another folder, at its own path or at a chosen one", async () => {
  const library = join(folder, "library");
  const cwd = join(folder, "elsewhere");
  const list = (path: string) => ["-c", `import os; print(os.listdir(${JSON.stringify(path)}))`];

  assert.equal((await krait(list(library), { cwd })).status, 1);
  assert.equal(
    (await krait(["--mount", library, ...list(library)], { cwd })).stdout,
    "['helper.py']\n",
  );
  assert.equal(
    (await krait(["--mount", `${library}:/data`, ...list("/data")], { cwd })).stdout,
    "['helper.py']\n",
  );
});

test("cli: --mount / shows the whole host and keeps what Python has itself", async () => {
  const source = `import os, json; print(os.path.exists(${JSON.stringify(join(folder, "sibling.py"))}), json.dumps(1))`;

  assert.equal((await krait(["--mount", "/", "-c", source], { cwd: "/" })).stdout, "True 1\n");
});

test("cli: PYTHONPATH is searched behind the script's folder, unless -E", async () => {
  const env = { PYTHONPATH: join(folder, "library") };
  const args = ["-c", "import helper; print(helper.WHERE)"];

  assert.equal((await krait(args, { env })).stdout, `${join(folder, "library", "helper.py")}\n`);
  assert.equal((await krait(["-E", ...args], { env })).status, 1);
});

test("cli: the host's environment is Python's", async () => {
  const source =
    "import os; print(os.environ.get('A'), os.environ.get('B'), os.environ['HOME'], 'PYTHONINSPECT' in os.environ)";
  const { stdout } = await krait(["--env", "B=two", "-c", source], { env: { A: "one" } });

  assert.equal(stdout, `one two ${homedir()} False\n`);
});

test("cli: options that change CPython's start do so", async () => {
  const flags =
    "import sys; print(sys.flags.optimize, sys.flags.dev_mode, sys.dont_write_bytecode)";

  assert.equal((await krait(["-O", "-c", flags])).stdout, "1 False False\n");
  assert.equal((await krait(["-OO", "-B", "-c", flags])).stdout, "2 False True\n");
  assert.equal((await krait(["-Xdev", "-c", flags])).stdout, "0 True False\n");
  assert.equal(
    (await krait(["-c", flags], { env: { PYTHONOPTIMIZE: "1" } })).stdout,
    "1 False False\n",
  );
  assert.match(
    (await krait(["-Werror", "-c", "import warnings; warnings.warn('x')"])).stderr,
    /UserWarning: x/,
  );
});

test("cli: --no-snapshot starts Python from nothing, with hashing of its own", async () => {
  const source = ["-c", "print(hash('krait'))"];
  const [one, other] = await Promise.all([
    krait(["--no-snapshot", ...source]),
    krait(["--no-snapshot", ...source]),
  ]);

  assert.equal(one.status, 0, one.stderr);
  assert.notEqual(one.stdout, other.stdout);
});

test("cli: asyncio.run and time.sleep wait", async () => {
  const source = [
    "import asyncio, time",
    "async def main():",
    "    await asyncio.gather(asyncio.sleep(0.02), asyncio.sleep(0.01))",
    "    return 'done'",
    "start = time.monotonic()",
    "print(asyncio.run(main()))",
    "time.sleep(0.03)",
    "print(time.monotonic() - start >= 0.05)",
    "for bad in (-1, float('nan'), 'x'):",
    "    try: time.sleep(bad)",
    "    except (ValueError, TypeError) as error: print(type(error).__name__)",
  ].join("\n");

  assert.equal(
    (await krait(["-c", source])).stdout,
    "done\nTrue\nValueError\nValueError\nTypeError\n",
  );
});

test("cli: a folder with a pipe in it is listed, and the pipe cannot be opened", async () => {
  const cwd = join(folder, "elsewhere");
  execFileSync("mkfifo", [join(cwd, "pipe")]);
  const source = [
    "import os, stat",
    "print(sorted(os.listdir('.')), stat.S_ISFIFO(os.stat('pipe').st_mode))",
    "try: open('pipe')",
    "except OSError as error: print(error.strerror)",
    "os.unlink('pipe')",
  ].join("\n");

  assert.equal(
    (await krait(["-c", source], { cwd })).stdout,
    "['link.py', 'pipe'] True\nNo such device or address\n",
  );
});
