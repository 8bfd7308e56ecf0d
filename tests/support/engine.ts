/** Whether this engine can suspend WebAssembly (JavaScript Promise Integration), which rules tagged J need. */
export const hasStackSwitching = "Suspending" in WebAssembly && "promising" in WebAssembly;

/** How such rules fail where it cannot. */
export const NO_STACK_SWITCHING =
  /WebAssembly stack switching not supported in this JavaScript runtime/;
