import type { Op } from "#vocabulary";
import { type Link, NO_TARGET } from "../link.ts";
import type { Handle } from "../object-table.ts";
import { PyProxyFactory } from "../py-proxy.ts";
import { type PyState, PyTarget } from "../py-state.ts";
import type { AsyncLink } from "./async-link.ts";
import { asyncKind } from "./object-handler.ts";
import type { Source } from "./source.ts";
import { ObjectSource } from "./steps.ts";

/** The asynchronous facade of one kernel (BY-async): what carries its calls, and what wraps what they give. */
export class AsyncSide {
  readonly link: Link;
  readonly calls: AsyncLink;
  /** Makes proxies whose members give promises. */
  readonly proxies: PyProxyFactory;

  /** @param constructor the interpreter's `ffi.PyProxy` */
  constructor(link: Link, calls: AsyncLink, constructor: unknown) {
    this.link = link;
    this.calls = calls;
    this.proxies = new PyProxyFactory(constructor, asyncKind);
  }

  /** What an op gives that needs no target. */
  call(op: Op, args: readonly unknown[]): Promise<unknown> {
    return this.callOf(NO_TARGET, op, args);
  }

  /** What an op of an object gives. */
  async callOf(target: Handle, op: Op, args: readonly unknown[]): Promise<unknown> {
    const answer = this.calls.call({ op, target, args });
    try {
      return forProgram(this, await answer.value);
    } finally {
      answer.release();
    }
  }

  sourceOf(state: PyState): Source {
    return new ObjectSource(state);
  }
}

/** What a program gets for a value of an `AsyncLink`: a Python object as an async proxy of its own. */
export function forProgram(side: AsyncSide, value: unknown): unknown {
  return value instanceof PyTarget ? side.proxies.makeOwn(value) : value;
}
