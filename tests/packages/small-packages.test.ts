import assert from "node:assert/strict";
import { test } from "node:test";
import { packagesIn } from "../support/packages.ts";

const { answer } = await packagesIn(
  ...["pyyaml", "regex", "cffi", "msgpack", "zstandard", "kiwisolver"],
  ...["ipython", "comm"],
);

test("PyYAML: libyaml's loader and dumper, there and back", () => {
  const result = answer(`
    import yaml
    text = "a: [1, 2.5, null, 2026-01-02]\\nb: é\\nc: &x {y: z}\\nd: *x\\n"
    data = yaml.load(text, yaml.CSafeLoader)
    again = yaml.load(yaml.dump(data, Dumper=yaml.CDumper, allow_unicode=True), yaml.CSafeLoader)
    try:
        yaml.load("a: [1", yaml.CSafeLoader)
    except yaml.YAMLError as error:
        message = str(error)
    result = [yaml.__with_libyaml__, data["a"][:3], str(data["a"][3]), data["b"], data["d"], again == data, "line 2" in message or "line 1" in message]
  `);

  assert.deepEqual(result, [true, [1, 2.5, null], "2026-01-02", "é", { y: "z" }, true, true]);
});

test("regex: Unicode properties, fuzzy matches, all captures of a group, overlapping", () => {
  const result = answer(`
    import regex
    result = [
        regex.findall(r"\\p{Lu}\\w*", "Äpfel und Öl"),
        regex.fullmatch(r"(?:hello){e<=1}", "helo") is not None,
        regex.fullmatch(r"(\\w)+", "abc").captures(1),
        regex.findall(r"..", "abc", overlapped=True),
        regex.sub(r"(?<=a)b", "-", "abab"),
    ]
  `);

  assert.deepEqual(result, [["Äpfel", "Öl"], true, ["a", "b", "c"], ["ab", "bc"], "a-a-"]);
});

test("cffi: functions of C, callbacks, variadic calls, structures", () => {
  const result = answer(`
    import cffi
    ffi = cffi.FFI()
    ffi.cdef("""
        size_t strlen(const char *);
        double pow(double, double);
        int snprintf(char *, size_t, const char *, ...);
        void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
        typedef struct { int quot; int rem; } div_t;
        div_t div(int, int);
    """)
    c = ffi.dlopen(None)
    numbers = ffi.new("int[]", [3, 1, 2])
    @ffi.callback("int(const void *, const void *)")
    def compare(a, b):
        a, b = ffi.cast("int *", a)[0], ffi.cast("int *", b)[0]
        return (a > b) - (a < b)
    c.qsort(numbers, 3, ffi.sizeof("int"), compare)
    text = ffi.new("char[]", 40)
    c.snprintf(text, 40, b"%d %.2f %s", ffi.cast("int", 7), ffi.cast("double", 1.5), ffi.new("char[]", b"end"))
    divided = c.div(17, 5)
    result = [c.strlen(b"hello"), c.pow(2, 0.5), list(numbers), ffi.string(text).decode(), divided.quot, divided.rem]
  `);

  assert.deepEqual(result, [5, Math.SQRT2, [1, 2, 3], "7 1.50 end", 3, 2]);
});

test("msgpack and zstandard: there and back, and damaged data", () => {
  const result = answer(`
    import msgpack, zstandard
    data = {"a": [1, -2, 2.5, None, True], "b": "é", "c": b"\\x00\\xff".hex()}
    packed = msgpack.packb(data)
    long = bytes(range(256)) * 4000
    small = zstandard.ZstdCompressor(level=19).compress(long)
    failures = []
    for attempt in (lambda: msgpack.unpackb(packed[:-1]), lambda: zstandard.ZstdDecompressor().decompress(b"no zstd")):
        try:
            attempt()
        except Exception as error:
            failures.append(type(error).__name__)
    result = [msgpack.unpackb(packed) == data, len(small) < 1000, zstandard.ZstdDecompressor().decompress(small) == long, failures]
  `);

  assert.deepEqual(result, [true, true, true, ["ValueError", "ZstdError"]]);
});

test("kiwisolver: constraints by strength", () => {
  const result = answer(`
    import kiwisolver as kiwi
    solver, x, y = kiwi.Solver(), kiwi.Variable("x"), kiwi.Variable("y")
    for constraint in (x + y == 10, x >= 3, (y == 9) | "weak", (x == 4) | "strong"):
        solver.addConstraint(constraint)
    solver.updateVariables()
    try:
        solver.addConstraint(x == 100)
        solver.addConstraint(y == 100)
    except kiwi.UnsatisfiableConstraint:
        failed = True
    result = [x.value() if failed else None, y.value()]
  `);

  assert.deepEqual(result, [4, 6]);
});

test("ipython: cells, errors with their place, magics, completion", () => {
  const result = answer(`
    import comm
    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    shell = InteractiveShell.instance(colors="nocolor")
    with capture_output() as captured:
        value = shell.run_cell("x = 6 * 7\\nx").result
        failed = shell.run_cell("def f():\\n    return 1 / 0\\nf()")
        shell.run_line_magic("who", "")
    with provisionalcompleter():
        names = [found.text for found in shell.Completer.completions("x.bit", 5)]
    result = [
        value, type(failed.error_in_exec).__name__, "return 1 / 0" in captured.stdout,
        "x" in captured.stdout.split(), names,
    ]
  `);

  assert.deepEqual(result, [42, "ZeroDivisionError", true, true, ["bit_count", "bit_length"]]);
});

test("kiwisolver: what refers to itself is collected", () => {
  const result = answer(`
    import gc, kiwisolver
    for make in (
        lambda: kiwisolver.Variable("a"),
        lambda: kiwisolver.Variable("a") * 2,
        lambda: kiwisolver.Variable("a") + 1,
        lambda: kiwisolver.Variable("a") >= 1,
    ):
        cycle = [make()]
        cycle.append(cycle)
        del cycle
    gc.collect()
    result = gc.collect()
  `);

  assert.equal(result, 0);
});

test("zstandard: parameters of a compression, and buffers with segments", () => {
  const result = answer(`
    import zstandard
    parameters = zstandard.ZstdCompressionParameters.from_level(5, write_checksum=True)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compress(b"abc" * 100)
    try: zstandard.BufferWithSegmentsCollection()
    except ValueError as error: message = str(error)
    result = [zstandard.ZstdDecompressor().decompress(packed) == b"abc" * 100, message]
  `);

  assert.deepEqual(result, [true, "must pass at least 1 argument"]);
});
