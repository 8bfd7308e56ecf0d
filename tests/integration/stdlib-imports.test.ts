import assert from "node:assert/strict";
import { throwsPython } from "../support/failures.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** Modules of the standard library that work under WebAssembly (PY-stdlib). */
const WORKING = `
  abc argparse array ast asyncio atexit base64 bdb binascii bisect bz2 calendar cmath cmd code codecs codeop collections
  colorsys compileall concurrent.futures configparser contextlib contextvars copy copyreg csv ctypes dataclasses datetime
  decimal difflib dis doctest email enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc
  getopt getpass gettext glob graphlib gzip hashlib heapq hmac html http.client http.cookiejar http.cookies http.server
  imaplib importlib.metadata importlib.resources inspect io ipaddress itertools json keyword linecache locale logging
  logging.config logging.handlers lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc numbers
  operator optparse os os.path pathlib pdb pickle pickletools pkgutil platform plistlib poplib posixpath pprint profile
  pstats py_compile pyclbr pydoc queue quopri random re reprlib rlcompleter runpy sched secrets select selectors shelve
  shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess
  symtable sys sysconfig tabnanny tarfile tempfile termios textwrap threading time timeit token tokenize tomllib trace
  traceback tracemalloc types typing unicodedata unittest unittest.mock urllib.parse urllib.request uuid warnings wave
  weakref webbrowser wsgiref.simple_server xml.dom.minidom xml.etree.ElementTree xml.sax xmlrpc.client zipapp zipfile
  zipimport zlib zoneinfo
`
  .trim()
  .split(/\s+/);

const ABSENT = ["curses", "tkinter", "readline", "pwd", "resource", "venv", "ensurepip", "test"];

test("PY-stdlib: every module that can work is importable", () => {
  const failed = WORKING.filter((name) => {
    try {
      py.runPython(`import ${name}`);
      return false;
    } catch {
      return true;
    }
  });

  assert.deepEqual(failed, []);
});

for (const name of ABSENT) {
  test(`PY-stdlib: ${name} is absent, and says so`, () => {
    throwsPython(() => py.runPython(`import ${name}`), "ModuleNotFoundError", new RegExp(name));
  });
}

test("IM-notFoundNote: the note of an absent stdlib module, once", () => {
  const error = throwsPython(() => py.runPython("import tkinter"), "ModuleNotFoundError");

  assert.match(error.message, /No module named 'tkinter'\n[^]*\S/);
});

test("NB-platform: threads and processes raise clear errors", () => {
  throwsPython(
    () => py.runPython("import threading; threading.Thread(target=print).start()"),
    "RuntimeError",
    /can't start new thread/,
  );
  throwsPython(() => py.runPython("import subprocess; subprocess.run(['ls'])"), "OSError");
  throwsPython(() => py.runPython("import os; os.fork()"), "OSError");
  throwsPython(
    () => py.runPython("import multiprocessing as m; m.Process(target=print).start()"),
    "OSError",
  );
});

test("NB-platform: what the platform says of itself", () => {
  const said = py.runPython(
    "import sys, platform, os; [sys.platform, platform.machine(), os.name, sys.maxsize, platform.python_implementation()]",
  );

  assert.deepEqual(said.toJs(), ["emscripten", "wasm32", "posix", 2 ** 31 - 1, "CPython"]);
  said.destroy();
});

test("the stdlib comes as one archive with compiled bytecode", () => {
  const where = py.runPython(
    "import colorsys; colorsys.__file__ + '|' + (colorsys.__spec__.cached or '')",
  ) as string;

  assert.match(where, /\.zip\/colorsys\.pyc/);
});

test("an import that is no module name raises", () => {
  throwsPython(() => py.runPython("import importlib; importlib.import_module('')"), "ValueError");
  throwsPython(() => py.runPython("importlib.import_module('..x')"), "TypeError");
});
