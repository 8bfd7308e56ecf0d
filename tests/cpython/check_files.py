"""Files: sizes and positions above 2 GiB, memory maps, and the databases and codecs built in.

Runs inside the wasm interpreter: tests/cpython/run.py tests/cpython/check_files.py
"""

import bz2
import decimal
import hashlib
import lzma
import mmap
import os
import sqlite3
import tempfile
import zlib

FAR = 3 * 1024**3


def check_offsets_above_two_gibibytes() -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.seek(FAR)
        file.write(b"end")
        file.flush()
        assert file.tell() == FAR + 3
        assert os.fstat(file.fileno()).st_size == FAR + 3
        file.seek(-3, os.SEEK_END)
        assert file.read() == b"end"


def check_memory_maps() -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"0123456789")
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            assert mapped[3:6] == b"345"


def check_compression_round_trips() -> None:
    data = bytes(range(256)) * 1000
    for codec in (zlib, bz2, lzma):
        packed = codec.compress(data)
        assert len(packed) < len(data) and codec.decompress(packed) == data
    for check in (lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256):
        assert lzma.is_check_supported(check)


def check_hashes() -> None:
    assert hashlib.sha256(b"").hexdigest().startswith("e3b0c44298fc1c14")
    for name in "md5 sha1 sha224 sha384 sha512 sha3_256 shake_128 blake2b blake2s".split():
        assert name in hashlib.algorithms_available, name


def check_sqlite_has_full_text_search_and_json() -> None:
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table words using fts5(text)")
    database.execute("insert into words values ('the quick brown fox')")
    found = database.execute("select count(*) from words where words match 'quick'").fetchone()
    assert found == (1,)
    assert database.execute("""select '{"a": 2}' ->> 'a', sqrt(16)""").fetchone() == (2, 4.0)


def check_sqlite_in_a_file() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "test.db")
        with sqlite3.connect(path) as database:
            database.execute("create table numbers (value integer)")
            database.executemany("insert into numbers values (?)", [(n,) for n in range(1000)])
        total = sqlite3.connect(path).execute("select sum(value) from numbers").fetchone()
        assert total == (499500,)


def check_decimals_are_the_built_in_ones() -> None:
    with decimal.localcontext(prec=50):
        assert str(decimal.Decimal(2).sqrt()).startswith(
            "1.41421356237309504880168872420969807856967"
        )
    assert decimal.__libmpdec_version__


if __name__ == "__main__":
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check()
            print(name)
