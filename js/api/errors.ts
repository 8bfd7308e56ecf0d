export { Exit } from "../kernel/exit.ts";
export {
  type FailureName,
  KernelDied,
  KraitError,
  LimitPassed,
  ProtocolError,
  StaleHandle,
  SyncUnavailable,
  Unsupported,
} from "../proxy/errors.ts";
export { PythonError } from "../proxy/python-error.ts";

/** Python ended itself while it was starting: `--version`, an unknown argument (JS-loadPyodide.3). */
export class ExitStatus extends Error {
  override readonly name = "ExitStatus";
  readonly status: number;

  constructor(status: number) {
    super(`Program terminated with exit(${status})`);
    this.status = status;
  }
}
