import type { Any } from "./kernel.ts";

/**
 * Runs Python code, which may await, and gives the value of its last expression as plain data: it crosses as JSON, so
 * that no proxy is made, wherever the interpreter is. Tuples come as arrays, None as null.
 */
export async function answerOf(py: Any, code: string): Promise<Any> {
  const source = JSON.stringify(code);
  const run = `await __import__("pyodide.code").code.eval_code_async(${source}, globals())`;
  return JSON.parse(await py.runPythonAsync(`__import__("json").dumps(${run})`));
}
