import assert from "node:assert/strict";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

/** What a C module must answer: a description, Python code, the value of its last expression. */
const ANSWERS: [string, string, unknown][] = [
  ["zlib", "import zlib; zlib.crc32(b'123456789')", 0xcbf43926],
  ["zlib", "zlib.decompress(zlib.compress(b'krait' * 10000, 9)) == b'krait' * 10000", true],
  ["gzip", "import gzip; gzip.decompress(gzip.compress(b'x' * 1000)) == b'x' * 1000", true],
  ["bz2", "import bz2; bz2.decompress(bz2.compress(b'abc' * 1000)) == b'abc' * 1000", true],
  ["lzma", "import lzma; lzma.decompress(lzma.compress(b'abc' * 1000)) == b'abc' * 1000", true],

  [
    "hashlib.md5",
    "import hashlib; hashlib.md5(b'abc').hexdigest()",
    "900150983cd24fb0d6963f7d28e17f72",
  ],
  ["hashlib.sha1", "hashlib.sha1(b'abc').hexdigest()", "a9993e364706816aba3e25717850c26c9cd0d89d"],
  [
    "hashlib.sha256",
    "hashlib.sha256(b'abc').hexdigest()",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  ],
  ["hashlib.sha512", "hashlib.sha512(b'abc').hexdigest()[:32]", "ddaf35a193617abacc417349ae204131"],
  ["hashlib.sha3_256", "hashlib.sha3_256(b'').hexdigest()[:16]", "a7ffc6f8bf1ed766"],
  [
    "hashlib.blake2b",
    "hashlib.blake2b(b'abc').hexdigest()[:32]",
    "ba80a53f981c4d0d6a2797b69f12f6e9",
  ],
  ["hmac", "import hmac; hmac.new(b'key', b'msg', 'sha256').hexdigest()[:16]", "2d93cbc1be167bcb"],
  [
    "decimal",
    "from decimal import *; getcontext().prec = 30; str(Decimal(2).sqrt())",
    "1.41421356237309504880168872421",
  ],
  ["decimal", "str(Decimal('0.1') + Decimal('0.2'))", "0.3"],
  ["unicodedata", "import unicodedata; unicodedata.name('🐍')", "SNAKE"],
  ["unicodedata", "unicodedata.normalize('NFKD', 'ﬁé') == 'fie\\u0301'", true],
  [
    "pyexpat",
    "import xml.etree.ElementTree as E; E.fromstring('<a b=\"1\"><c>t</c></a>').find('c').text",
    "t",
  ],
  [
    "sqlite3",
    "import sqlite3; c = sqlite3.connect(':memory:'); c.execute('select sum(value) from json_each(?)', ('[1,2,3]',)).fetchone()[0]",
    6,
  ],
  ["sqlite3", "c.execute(\"select sqlite_version() >= '3.40'\").fetchone()[0]", 1],
  [
    "sqlite3",
    "c.executescript(\"create virtual table d using fts5(t); insert into d values ('snake krait')\"); c.execute(\"select count(*) from d where d match 'krait'\").fetchone()[0]",
    1,
  ],
  ["struct", "import struct; struct.unpack('<d', struct.pack('<d', 0.1))[0]", 0.1],
  ["math", "import math; math.comb(52, 5)", 2598960],
  ["math", "math.fsum([0.1] * 10)", 1],
  ["statistics", "import statistics; statistics.pstdev([2, 4, 4, 4, 5, 5, 7, 9])", 2],
  ["json", "import json; json.loads('{\"a\": [1, 2.5, null, \"\\\\u00e9\"]}')['a'][3]", "é"],
  ["re", "import re; re.sub(r'(?P<d>\\d+)', lambda m: str(int(m['d']) * 2), 'a1b22')", "a2b44"],
  [
    "datetime",
    "import datetime as d; d.datetime(2024, 2, 29, tzinfo=d.timezone.utc).timestamp()",
    1709164800,
  ],
  ["zoneinfo or its absence", "import time; time.strftime('%Y', time.gmtime(0))", "1970"],
  ["random", "import random; random.seed(7); random.randrange(10**6)", 339563],
  ["pickle", "import pickle; pickle.loads(pickle.dumps({'k': [1, (2,)]}, 5))['k'][1][0]", 2],
  ["csv", "import csv, io; list(csv.reader(io.StringIO('a,\"b,c\"\\n')))[0][1]", "b,c"],
  ["array", "import array; array.array('d', [1.5]).tobytes().hex()", "000000000000f83f"],
  ["binascii", "import binascii; binascii.b2a_base64(b'\\x00\\xff').decode()", "AP8=\n"],
  [
    "bisect, heapq",
    "import bisect, heapq; h = [3, 1, 2]; heapq.heapify(h); heapq.heappop(h) + bisect.bisect([1, 2, 3], 2)",
    3,
  ],
  ["tomllib", "import tomllib; tomllib.loads('a = [1, 2]')['a'][1]", 2],
  ["mmap", "import mmap; m = mmap.mmap(-1, 4096); m[0] = 65; m[0]", 65],
  [
    "tempfile, shutil",
    "import tempfile, shutil, os; d = tempfile.mkdtemp(); open(d + '/f', 'w').close(); shutil.rmtree(d); os.path.exists(d)",
    false,
  ],
  [
    "zipfile",
    "import zipfile; b = io.BytesIO(); z = zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED); z.writestr('n', 'x' * 99); z.close(); zipfile.ZipFile(b).read('n').decode() == 'x' * 99",
    true,
  ],
  [
    "tarfile",
    "import tarfile; 'xz' in tarfile.TarFile.OPEN_METH and 'bz2' in tarfile.TarFile.OPEN_METH",
    true,
  ],
  ["locale", "'{:n}'.format(1234)", "1234"],
  ["ast", "import ast; ast.unparse(ast.parse('x=1+2'))", "x = 1 + 2"],
  ["big integers", "str(7 ** 2000)[-5:]", "00001"],
  ["floats", "float.hex(1/3)", "0x1.5555555555555p-2"],
];

for (const [what, code, expected] of ANSWERS) {
  test(`PY-stdlib: ${what}: ${code.slice(0, 50).trim()}`, () => {
    assert.deepEqual(py.runPython(code), expected);
  });
}

test("PY-stdlib: ctypes calls functions, takes callbacks and structures", () => {
  const value = py.runPython(`
    import ctypes
    libc = ctypes.CDLL(None)
    libc.strlen.argtypes = [ctypes.c_char_p]
    libc.strlen.restype = ctypes.c_size_t
    Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 4)(3, 1, 4, 2)
    libc.qsort(numbers, 4, ctypes.sizeof(ctypes.c_int), Compare(lambda a, b: a[0] - b[0]))
    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int32), ("y", ctypes.c_double)]
    f"{libc.strlen(b'krait')} {list(numbers)} {ctypes.sizeof(Point)}"
  `);

  assert.equal(value, "5 [1, 2, 3, 4] 16");
});

test("PY-stdlib: a database file in the file system", () => {
  const rows = py.runPython(`
    import sqlite3, os
    with sqlite3.connect("/tmp/t.db") as c:
        c.execute("create table t (k text, v blob)")
        c.executemany("insert into t values (?, ?)", [("a", b"\\x00"), ("é", b"\\xff")])
    c.close()
    c = sqlite3.connect("/tmp/t.db")
    rows = c.execute("select k, hex(v) from t order by k").fetchall()
    c.close()
    os.remove("/tmp/t.db")
    str(rows)
  `);

  assert.equal(rows, "[('a', '00'), ('é', 'FF')]");
});

test("PY-stdlib: unittest runs", () => {
  const result = py.runPython(`
    import unittest, io
    class T(unittest.TestCase):
        def test_a(self): self.assertEqual(1, 1)
        def test_b(self):
            with self.assertRaises(ValueError): int("x")
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(T)
    r = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
    f"{r.testsRun} {r.wasSuccessful()}"
  `);

  assert.equal(result, "2 True");
});
