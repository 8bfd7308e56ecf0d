/** What was thrown, as an error (ER-js2py.nonError). */
export function toError(thrown: unknown): Error {
  if (isErrorLike(thrown)) return thrown;
  if (typeof thrown === "string") return new Error(thrown);
  const tag = tagOf(thrown);
  return new Error(`A value of type ${typeof thrown} with tag ${tag} was thrown as an error!`);
}

/** Anything with the properties of an error, of any realm; FS.ErrnoError need not be an Error (FS-ErrnoError). */
function isErrorLike(thrown: unknown): thrown is Error {
  if (typeof thrown !== "object" || thrown === null) return false;
  try {
    if (thrown instanceof Error) return true;
    const { name, message, stack } = thrown as Partial<Error>;
    const isDomException = tagOf(thrown) === "[object DOMException]";
    return (
      typeof name === "string" &&
      typeof message === "string" &&
      (typeof stack === "string" || isDomException)
    );
  } catch {
    return false;
  }
}

function tagOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return "[object Object]"; // a revoked proxy
  }
}
