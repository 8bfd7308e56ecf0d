import assert from "node:assert/strict";

/** An error as these tests look at it; it need not be an instance of this realm's `Error`. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly type?: string;
  readonly status?: number;
  readonly stack?: string;
}

/** How `body` fails, at once or as a rejection; the test fails when it does not. */
export async function failureOf(body: () => unknown): Promise<Failure> {
  try {
    await body();
  } catch (error) {
    return error as Failure;
  }
  return assert.fail("it did not fail");
}

/** Checks that `body` fails, at once or as a rejection, with an error of that name whose message matches. */
export async function fails(body: () => unknown, name: string, message = /^/): Promise<Failure> {
  const error = await failureOf(body);
  assert.equal(error.name, name, String(error));
  assert.match(error.message, message);
  return error;
}

/** Checks that `body` fails, at once or as a rejection, with a Python exception of that type whose text matches. */
export async function failsInPython(
  body: () => unknown,
  type: string,
  text = /^/,
): Promise<Failure> {
  return checkPython(await failureOf(body), type, text);
}

/** What `body` throws; the test fails when it throws nothing. */
export function thrownBy(body: () => unknown): Failure {
  try {
    body();
  } catch (error) {
    return error as Failure;
  }
  return assert.fail("nothing was thrown");
}

/** What the promise rejects with; the test fails when it is fulfilled, or when `body` throws at once. */
export async function rejectionOf(body: () => unknown): Promise<Failure> {
  const promise = body();
  try {
    await promise;
  } catch (error) {
    return error as Failure;
  }
  return assert.fail("the promise was fulfilled");
}

/** Checks for a Python exception of that type, whose text matches. */
export function throwsPython(body: () => unknown, type: string, text: RegExp = /^/): Failure {
  return checkPython(thrownBy(body), type, text);
}

/** As `throwsPython`, for a rejection. */
export async function rejectsPython(
  body: () => unknown,
  type: string,
  text: RegExp = /^/,
): Promise<Failure> {
  return checkPython(await rejectionOf(body), type, text);
}

function checkPython(error: Failure, type: string, text: RegExp): Failure {
  assert.equal(error.name, "PythonError", String(error));
  assert.equal(error.type, type, error.message);
  assert.match(error.message, text);
  return error;
}
