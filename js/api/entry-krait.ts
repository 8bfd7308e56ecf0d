// What `krait.mjs` exports: `pyodide.mjs`'s values, and what is krait's own.

export { KernelFileError } from "../kernel/kernel-file-error.ts";
export * from "./entry-module.ts";
export {
  Exit,
  ExitStatus,
  KernelDied,
  KraitError,
  LimitPassed,
  ProtocolError,
  PythonError,
  StaleHandle,
  SyncUnavailable,
  Unsupported,
} from "./errors.ts";
