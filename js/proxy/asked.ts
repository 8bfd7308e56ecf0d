import type { KernelLink } from "./link.ts";
import { type PyState, type PyTarget, stateOf } from "./py-state.ts";

/** What an op on a JavaScript object gets. */
export interface Asked {
  /** The object that the op is asked of. */
  object: unknown;
  readonly args: unknown[];
  /** Keyword arguments as one object; undefined when there are none (CL-kwargs). */
  keywords: Record<string, unknown> | undefined;
  /** Proxies that were made for the arguments; they end with the answer. An op that keeps them takes them out. */
  borrowed: object[];
  /** What later uses of them throw, in the first line. */
  message: string;
  /** The answer, when it is a proxy, ends too (CL-result). */
  endsResult: boolean;
  readonly link: KernelLink;
}

/** CL-args */
const CALL_ENDED =
  "This borrowed proxy was automatically destroyed at the end of a function call. " +
  "Try using create_proxy or create_once_callable.";

export function newAsked(link: KernelLink): Asked {
  return {
    object: undefined,
    args: [],
    keywords: undefined,
    borrowed: [],
    message: CALL_ENDED,
    endsResult: false,
    link,
  };
}

/** The keyword arguments behind `positional` others: values, then as many names (CL-kwargs). */
export function readKeywords(
  read: (position: number) => unknown,
  positional: number,
  count: number,
): Record<string, unknown> {
  const keywords: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) {
    const value = read(positional + i);
    const name = String(read(positional + count + i));
    Object.defineProperty(keywords, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return keywords;
}

/**
 * Ends the proxies that lived for the call alone.
 * @param value the answer
 * @param keep gets what the answer names: it is to be dropped once the kernel has the answer
 */
export function endProxies(asked: Asked, value: unknown, keep: (target: PyTarget) => void): void {
  const result = stateOf(value);
  const ending = asked.borrowed;
  if (asked.endsResult && result !== undefined && !result.isRoundtrip) ending.push(value as object);
  for (const proxy of ending) {
    const { life } = stateOf(proxy) as PyState;
    if (result?.life.target !== life.target) life.end(asked.message);
    else if (life.endLater(asked.message)) keep(life.target);
  }
}
