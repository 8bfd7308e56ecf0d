import type { Environment } from "./environment.ts";
import type { GlueModule } from "./glue.ts";
import type { KernelExports } from "./kernel-module.ts";
import type { SnapshotManifest } from "./snapshot.ts";
import { withSuspending } from "./stack-switching.ts";

/** What the glue does with the exports of the main module: relocations, constructors, its own set-up. */
type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => object;

/**
 * Instantiates the module and hands it to the glue.
 * @param isRestored the memory already holds what relocations and constructors would bring.
 * @returns the exported functions, not wrapped.
 */
export async function instantiate(
  environment: Environment,
  compiling: Promise<WebAssembly.Module>,
  isRestored: boolean,
  imports: WebAssembly.Imports,
  receive: Receive,
): Promise<KernelExports> {
  const module = await compiling;
  const linked = withSuspending(imports, "krait_client_suspend");
  const instance = await instanceOf(environment, module, linked);
  const nothing = () => undefined;
  const replaced = { __wasm_call_ctors: nothing, __wasm_apply_data_relocs: nothing };
  receive(isRestored ? { exports: { ...instance.exports, ...replaced } } : instance, module);
  return instance.exports as unknown as KernelExports;
}

/**
 * Sets what a snapshot does not hold, since it lives in WebAssembly globals, and compares the rest.
 * @throws {Error} when stack or table are not where they were: the snapshot would corrupt memory.
 */
export function checkRestored(glue: GlueModule, manifest: SnapshotManifest): void {
  glue._emscripten_stack_init();
  for (const [name, value] of Object.entries(layoutOf(glue))) {
    const recorded = manifest[name as keyof Layout];
    if (value !== recorded) {
      throw new Error(`the restored kernel has ${name} ${value}, its snapshot has ${recorded}`);
    }
  }
}

/** Where stack and table are: the same in every instance of a build that is at rest. */
export type Layout = Pick<
  SnapshotManifest,
  "stackBase" | "stackEnd" | "stackPointer" | "tableLength"
>;

export function layoutOf(glue: GlueModule): Layout {
  return {
    stackBase: glue._emscripten_stack_get_base(),
    stackEnd: glue._emscripten_stack_get_end(),
    stackPointer: glue.stackSave(),
    tableLength: glue.wasmTable.length,
  };
}

/** A page may not instantiate a large module synchronously; elsewhere that is the quicker way. */
export async function instanceOf(
  environment: Environment,
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
): Promise<WebAssembly.Instance> {
  return environment.kind === "browser"
    ? WebAssembly.instantiate(module, imports)
    : new WebAssembly.Instance(module, imports);
}
