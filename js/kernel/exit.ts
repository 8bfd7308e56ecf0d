/** Python ended the process with `os._exit`, or C code with `exit` (JS-exit). */
export class Exit extends Error {
  override readonly name = "Exit";

  constructor(readonly status: number) {
    super(`Program terminated with exit(${status})`);
  }
}

/** C code gave up, with `abort`: nothing can be said of what it left (JS-fatal). */
export class Aborted extends Error {
  override readonly name = "Aborted";

  constructor() {
    super("C code called abort()");
  }
}
