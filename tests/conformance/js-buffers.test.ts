import assert from "node:assert/strict";
import { claim } from "../support/claims.ts";
import { startKernel } from "../support/kernel.ts";
import { test } from "../support/test.ts";

const py = await startKernel();

test("JP-buffer: copies of the bytes, of buffers and of views of every kind", async () => {
  const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
  const { buffer } = bytes;
  await claim(
    py,
    {
      bytes,
      buffer,
      part: bytes.subarray(1, 3),
      view: new DataView(buffer, 2, 3),
      shorts: new Int16Array(buffer, 2, 2),
      shared: new Uint8Array(new SharedArrayBuffer(2)),
      empty: new Uint8Array(0),
    },
    `
    assert bytes.to_bytes() == buffer.to_bytes() == b"\\1\\2\\3\\4\\5\\6\\7\\10"
    assert part.to_bytes() == b"\\2\\3" and view.to_bytes() == b"\\3\\4\\5" and shorts.to_bytes() == b"\\3\\4\\5\\6"
    assert shared.to_bytes() == b"\\0\\0" and empty.to_bytes() == b""
    copy = shorts.to_memoryview()
    assert type(copy) is memoryview and copy.format == "h" and copy.tolist() == [0x0403, 0x0605] and not copy.readonly
    assert buffer.to_memoryview().format == view.to_memoryview().format == "B"
    copy[0] = 9
    assert shorts[0] == 0x0403
    `,
  );
});

test("JP-buffer: to_string decodes strictly and keeps a byte order mark", async () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  await claim(
    py,
    {
      text: encode("hé🐍"),
      marked: new Uint8Array([0xef, 0xbb, 0xbf, 104]),
      latin: new Uint8Array([0xe9]),
      wide: new Uint16Array([0x20ac]),
      view: new DataView(encode("xhix").buffer, 1, 2),
      empty: new ArrayBuffer(0),
    },
    `
    assert text.to_string() == text.to_string("utf-8") == text.to_string(encoding="utf8") == "hé🐍"
    assert marked.to_string() == "\\ufeffh" and latin.to_string("latin1") == "é"
    assert wide.to_string("utf-16") == "€" and view.to_string() == "hi" and empty.to_string() == ""
    raises(ValueError, "latin.to_string()")
    raises(JsException, "text.to_string('no such label')", "^RangeError")
    raises(TypeError, "text.to_string(5)")
    `,
  );
});

test("JP-buffer.assign: copies of equal byte length, in and out", async () => {
  const x = new Uint8Array(4);
  const part = new Uint8Array(x.buffer, 1, 2);
  await claim(
    py,
    { x, part },
    `
    x.assign(b"abcd")
    assert x.to_bytes() == b"abcd"
    part.assign(bytearray(b"XY"))
    assert x.to_bytes() == b"aXYd"
    out = bytearray(4)
    x.assign_to(out)
    assert out == b"aXYd"
    out = bytearray(2)
    part.assign_to(memoryview(out))
    assert out == b"XY"
    for wrong, length in (("b'abc'", 3), ("b'abcde'", 5), ("b''", 0)):
        raises(ValueError, f"x.assign({wrong})", f"^cannot assign to TypedArray of length 4 from buffer of length {length}$")
        raises(ValueError, f"x.assign_to(bytearray({wrong}))", f"^cannot assign from TypedArray of length 4 to buffer of length {length}$")
    for code in ("x.assign([1, 2, 3, 4])", "x.assign('abcd')", "x.assign_to([1])", "x.assign(None)"):
        raises(TypeError, code)
    `,
  );
  assert.equal(String.fromCharCode(...x), "aXYd");
});

test("JP-buffer.assign: items of equal size are copied bit for bit, others refused", async () => {
  const ints = new Int32Array(2);
  await claim(
    py,
    {
      ints,
      any: new ArrayBuffer(8),
      view: new DataView(new ArrayBuffer(8)),
      empty: new Float64Array(0),
    },
    `
    from array import array
    ints.assign(array("f", [1.0, -2.0]))
    assert list(ints) == [0x3F800000, -0x40000000]
    floats = array("f", [0, 0])
    ints.assign_to(floats)
    assert floats.tolist() == [1.0, -2.0]
    message = "^TypedArray and memorybuffer have incompatible formats$"
    raises(ValueError, "ints.assign(b'abcdefgh')", message)
    raises(ValueError, "ints.assign_to(bytearray(8))", message)
    for target in (any, view):
        target.assign(array("d", [1.5]))
        doubles = array("d", [0])
        target.assign_to(doubles)
        assert doubles[0] == 1.5
        target.assign(b"12345678")
        assert target.to_bytes() == b"12345678"
    empty.assign(array("d"))
    `,
  );
});

test("JP-buffer.assign: the Python buffer must be contiguous, and writable for assign_to", async () => {
  await claim(
    py,
    { x: new Uint8Array(2) },
    `
    raises(BufferError, "x.assign(memoryview(b'abcd')[::2])")
    raises(BufferError, "x.assign_to(memoryview(bytearray(4))[::2])")
    raises(BufferError, "x.assign_to(b'ab')")
    raises(BufferError, "x.assign_to(memoryview(bytearray(2)).toreadonly())")
    `,
  );
});

test("JP-buffer: files take and fill the whole buffer at their position", async () => {
  const x = new Uint8Array([1, 2, 3, 4]);
  await claim(
    py,
    {
      x,
      shorts: new Int16Array(2),
      view: new DataView(new ArrayBuffer(2)),
      twin: new Uint8Array([9, 9, 9, 9]),
    },
    `
    import io, tempfile
    with tempfile.TemporaryFile() as f:
        f.write(b"<")
        f.flush()
        x.to_file(f)
        assert f.tell() == 5
        f.seek(1)
        shorts.from_file(f)
        assert shorts.to_bytes() == b"\\1\\2\\3\\4" and f.tell() == 5
        f.seek(3)
        view.from_file(f)
        assert view.to_bytes() == b"\\3\\4"
        f.seek(0)
        twin._into_file(f)
        f.seek(0)
        assert f.read() == b"\\t\\t\\t\\t\\4"
    raises(io.UnsupportedOperation, "x.to_file(io.BytesIO())", "fileno")
    raises(io.UnsupportedOperation, "x.from_file(io.BytesIO())", "fileno")
    raises(AttributeError, "x.to_file('name')", "fileno")
    `,
  );
});

test("JP-buffer: no other object has these methods", async () => {
  await claim(
    py,
    { array: [1], object: { byteLength: 4 } },
    `
    for x in (array, object):
        for name in ("to_bytes", "to_memoryview", "to_string", "assign", "assign_to", "to_file", "from_file"):
            assert not hasattr(x, name), name
    `,
  );
});

test("JP-buffer: a detached buffer raises, and nothing else happens", async () => {
  const bytes = new Uint8Array(4);
  const [view, { buffer }] = [new DataView(bytes.buffer), bytes];
  structuredClone(buffer, { transfer: [buffer] });
  await claim(
    py,
    { bytes, buffer, view },
    `
    assert len(bytes) == 0 and not bytes and buffer.byteLength == 0
    raises(IndexError, "bytes[0]")
    for name in ("bytes", "buffer", "view"):
        for code in ("to_bytes()", "to_memoryview()", "to_string()", "to_py()", "assign_to(bytearray(4))"):
            raises(JsException, f"{name}.{code}", "^TypeError.*detached")
    raises(ValueError, "bytes.assign(b'abcd')", "of length 0 from")
    raises(ValueError, "buffer.assign(b'abcd')", "of length 0 from")
    raises(JsException, "view.assign(b'abcd')", "^TypeError.*detached")
    `,
  );
});
