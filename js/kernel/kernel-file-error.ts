/** A file that the kernel is started from is missing or is not what it should be. */
export class KernelFileError extends Error {
  override readonly name = "KernelFileError";

  constructor(
    /** Path or URL of the file. */
    readonly file: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${reason}`, options);
  }
}

/** The text of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
