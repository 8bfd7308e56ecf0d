// The types that programs import (FC-types).
export type { TypedArray } from "../proxy/buffer-format.ts";
export type { Scope } from "../proxy/scopes.ts";
export type { ToJsOptions } from "../proxy/to-js.ts";
export type { ToPyOptions } from "../proxy/to-py.ts";
export type {
  LoadPackageOptions,
  PackageData,
  PackageProgress,
} from "../services/packages/loader.ts";
export type { Lockfile, LockfileInfo, LockfilePackage } from "../services/packages/lock.ts";
export type { InputOptions } from "../services/stdio/input-options.ts";
export type { OutputOptions, TerminalSize } from "../services/stdio/output-options.ts";
export type { AsyncPyodide } from "./async-pyodide.ts";
export type { AsyncPyodideAPI } from "./connect-later.ts";
export type { HandleCount, HandleInfo, Handles } from "./handles.ts";
export type { PyodideConfig } from "./options.ts";
export type { PyodideAPI, PyodideAPI as PyodideInterface, RunOptions } from "./pyodide.ts";
