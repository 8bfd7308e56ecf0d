import { Op } from "#vocabulary";
import type { Asked } from "./asked.ts";
import { attributeOps } from "./ops/attributes.ts";
import { callOps } from "./ops/calling.ts";
import { conversionOps } from "./ops/converting.ts";
import { describingOps } from "./ops/describing.ts";
import { itemOps } from "./ops/items.ts";
import { iterationOps } from "./ops/iterating.ts";

/** Serves one op; a thrown error reaches Python as a JsException. */
export type ServeOp = (asked: Asked) => unknown;

/** The ops that a folder of functions serves. */
export type OpTable = Partial<Record<Op, ServeOp>>;

/** By op number: what is asked of JavaScript objects. Ops that are missing fail with `unsupported`. */
export const OPS: readonly (ServeOp | undefined)[] = Object.assign(
  new Array<ServeOp | undefined>(Object.keys(Op).length).fill(undefined),
  attributeOps,
  callOps,
  itemOps,
  iterationOps,
  describingOps,
  conversionOps,
);
