import type { PyState } from "./py-state.ts";

/** Where the ECMAScript proxy's target keeps the state, out of reach of programs. */
export const STATE = Symbol("state");

// a Proxy's target has the program's properties too
export type HandlerTarget = Record<PropertyKey, any> & { [STATE]: PyState };
