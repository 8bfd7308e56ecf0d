import { makePythonError, PythonError } from "./python-error.ts";

/** A failure of a deep conversion to JavaScript that JavaScript found (ER-conversion). */
function conversionError(text: string): PythonError {
  return makePythonError("ConversionError", `pyodide.ffi.ConversionError: ${text}`);
}

/** TC-toJs.create_pyproxies */
export function noConversion(): PythonError {
  return conversionError("No conversion known for x.");
}

/** TC-toJs.collision */
export function keyCollision(name: string): PythonError {
  return conversionError(
    `Key collision when converting Python dictionary to JavaScript. Key: '${name}'`,
  );
}

/** What a converter threw, as a ConversionError with the original as its cause (TC-toJs.default_converter.err). */
export function converterFailed(error: unknown): PythonError {
  if (error instanceof PythonError && error.type === "ConversionError") return error;
  const wrapped = conversionError(`Conversion from python to javascript failed: ${String(error)}`);
  wrapped.cause = error;
  return wrapped;
}
