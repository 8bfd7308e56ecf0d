import type { Any } from "./kernel.ts";

/**
 * What the Python code of a claim can use. `raises` runs code that must raise exactly such an exception, whose text
 * matches, and gives the exception; `raises_later` awaits instead.
 */
const PRELUDE = `
import re
import js
from pyodide.ffi import JsException, JsProxy, create_proxy, jsnull, to_js
from pyodide.code import run_js

def _check(kind, error, text):
    assert type(error).__name__ == kind.__name__, f"{type(error).__name__}: {error}"
    assert re.search(text, str(error)), str(error)
    return error

def raises(kind, code, text=""):
    try:
        exec(code, globals())
    except BaseException as error:
        return _check(kind, error, text)
    raise AssertionError(f"nothing was raised by {code}")

async def raises_later(kind, awaitable, text=""):
    try:
        await awaitable
    except BaseException as error:
        return _check(kind, error, text)
    raise AssertionError("nothing was raised")
`;

/** The source lines of claims are shown when they fail. */
const FILENAME = "claim.py";

/** Runs Python code, mostly assertions, with JavaScript values as its globals. */
export async function claim(py: Any, values: object, code: string): Promise<void> {
  await withGlobals(py, values, (options) => py.runPython(code, options));
}

/** As `claim`, with top-level await. */
export async function claimLater(py: Any, values: object, code: string): Promise<void> {
  await withGlobals(py, values, (options) => py.runPythonAsync(code, options));
}

async function withGlobals(
  py: Any,
  values: object,
  run: (options: object) => unknown,
): Promise<void> {
  const globals = await py.toPy(values, { depth: 1 });
  try {
    await py.runPython(PRELUDE, { globals });
    const last = await run({ globals, filename: FILENAME });
    if (await py.isPyProxy(last)) await (last as Any).destroy();
  } finally {
    await globals.destroy();
  }
}
