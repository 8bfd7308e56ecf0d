/** Python ended the process with `os._exit`, or C code with `exit` (JS-exit). */
export class Exit extends Error {
  override readonly name = "Exit";

  constructor(readonly status: number) {
    super(`Program terminated with exit(${status})`);
  }
}
