import { ProtocolError } from "./errors.ts";
import type { ValueRecords } from "./link.ts";

function refuse(): never {
  throw new ProtocolError("no object can cross here");
}

/** For conversions of immediate values, text and bytes alone: no object is named or made. */
export const NO_OBJECTS: ValueRecords = {
  exportObject: refuse,
  isNullNone: false,
  areDictsObjects: false,
  unexport: refuse,
  owns: () => false,
  discard: refuse,
  objectOf: refuse,
  proxyOf: refuse,
  borrow: refuse,
};
