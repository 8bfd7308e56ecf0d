import { Op, QuickEnd, Status } from "#vocabulary";
import type { KernelClient, QuickQuestions } from "../kernel/kernel-module.ts";
import { SLOT_BYTES } from "../proxy/frame.ts";
import type { KernelExportsInUse } from "../proxy/in-page-parts.ts";
import { QUICK_ENDED } from "../proxy/quick-codes.ts";
import { namesOf } from "./message-facts.ts";
import type { MessageLog, MessageRecord } from "./message-log.ts";

type NumberFunction = (...args: any[]) => any;
type Facts = Pick<MessageRecord, "kind" | "operation" | "bytes" | "outcome" | "summary">;
/** What the arguments and the result of a function say. */
type Describe = (args: readonly number[], result: unknown) => Facts;
type Descriptions<T> = Partial<Record<keyof T, Describe>>;

const QUICK_FAILED = QUICK_ENDED | QuickEnd.failed;
const OPS = namesOf(Op);

const target = (index: number): string => (index === 0 ? "" : `object ${index}`);

function call(operation: string, index: number, slots: number, isFailed: boolean): Facts {
  const outcome = isFailed ? "failure" : "value";
  return { kind: "call", operation, bytes: slots * SLOT_BYTES, outcome, summary: target(index) };
}

/** Of a function for one operation, with so many slots. */
const fixed = (operation: string, slots: number): Describe => {
  return ([index = 0], result) => call(operation, index, slots, result === QUICK_FAILED);
};
const called: Describe = ([index = 0, , , count = 0], result) =>
  call("call", index, count, result === QUICK_FAILED);
const dispatched: Describe = ([op = -1, index = 0, , , positional = 0, keywords = 0], result) =>
  call(OPS[op] ?? `op ${op}`, index, positional + 2 * keywords, result === Status.failed);
const released: Describe = ([index = 0]) => ({ kind: "release", bytes: 0, summary: target(index) });

const EXPORTS: Descriptions<KernelExportsInUse> = {
  krait_dispatch: dispatched,
  krait_dispatch_kept: dispatched,
  krait_call: called,
  krait_get_attr: fixed("getAttr", 0),
  krait_set_attr: fixed("setAttr", 1),
  krait_get_item: fixed("getItem", 1),
  krait_set_item: fixed("setItem", 2),
  krait_release: released,
};

const CLIENT: Descriptions<KernelClient> = { ask: dispatched, release: released };

const QUESTIONS: Descriptions<QuickQuestions> = {
  call: called,
  get: fixed("getAttr", 0),
  set: fixed("setAttr", 1),
  item: fixed("getItem", 0),
  next: fixed("next", 0),
};

/** The functions by which a program and a kernel in its thread call each other. */
export interface CallFunctions {
  readonly exports: KernelExportsInUse;
  readonly client: KernelClient;
}

/**
 * Notes the calls between a program and a kernel in its thread, which are no messages but frames in the kernel's memory. Their
 * bytes are those of their slots, without the texts and buffers that these point to.
 * @returns ends that
 */
export function tapCalls({ exports, client }: CallFunctions, log: MessageLog): () => void {
  const { quick } = client;
  const restores = [
    wrap(exports, EXPORTS, "sent", log),
    wrap(client, CLIENT, "received", log),
    ...(quick === undefined ? [] : [wrap(quick, QUESTIONS, "received", log)]),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}

/** Puts functions that take the time in the place of those that are described. @returns puts them back */
function wrap<T extends object>(
  functions: T,
  descriptions: Descriptions<T>,
  direction: MessageRecord["direction"],
  log: MessageLog,
): () => void {
  const entries = Object.entries(descriptions) as [string & keyof T, Describe][];
  // Those of a class are not its object's own: there is nothing to put back.
  const own = entries.map(([name]) => Object.getOwnPropertyDescriptor(functions, name));
  for (const [name, describe] of entries) {
    const run = functions[name] as NumberFunction;
    const value: NumberFunction = (...args) => {
      const atMs = performance.now();
      let result: unknown;
      try {
        result = run.apply(functions, args);
        return result;
      } finally {
        const durationMs = performance.now() - atMs;
        log.add({ direction, lane: "kernel", atMs, durationMs, ...describe(args, result) });
      }
    };
    Object.defineProperty(functions, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [i, [name]] of entries.entries()) {
      const descriptor = own[i];
      if (descriptor === undefined) delete functions[name];
      else Object.defineProperty(functions, name, descriptor);
    }
  };
}
