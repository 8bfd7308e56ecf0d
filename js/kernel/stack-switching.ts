/** WebAssembly's JavaScript Promise Integration, which TypeScript's library does not know yet. */
interface StackSwitching {
  /** An import: WebAssembly that calls it is suspended until the promise is settled. */
  Suspending: new (
    wanted: (...args: never[]) => unknown,
  ) => WebAssembly.ImportValue;
  /** A function that calls the export on a stack which may be suspended. */
  promising<Args extends unknown[]>(
    wanted: (...args: Args) => unknown,
  ): (...args: Args) => Promise<unknown>;
}

const { Suspending, promising } = WebAssembly as unknown as Partial<StackSwitching>;

/** Whether this engine can suspend WebAssembly until a promise is settled (PY-run_sync). */
export const hasStackSwitching = Suspending !== undefined && promising !== undefined;

/**
 * `imports` with the function of that name made one that suspends its caller, where the engine can.
 * @throws {Error} when there is no such function: a call would go on instead of waiting
 */
export function withSuspending(imports: WebAssembly.Imports, name: string): WebAssembly.Imports {
  if (Suspending === undefined) return imports;
  const { env } = imports;
  const wanted = env?.[name];
  if (typeof wanted !== "function") throw new Error(`the kernel does not import ${name}`);
  return { ...imports, env: { ...env, [name]: new Suspending(wanted as () => unknown) } };
}

/** A function that calls an exported one on a stack of its own. Only if `hasStackSwitching`. */
export function onOwnStack<Args extends unknown[]>(
  wanted: (...args: Args) => unknown,
): (...args: Args) => Promise<unknown> {
  if (promising === undefined) throw new Error(NO_STACK_SWITCHING);
  return promising(wanted);
}

export const NO_STACK_SWITCHING =
  "WebAssembly stack switching not supported in this JavaScript runtime";
