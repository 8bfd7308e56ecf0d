import { GraphKind } from "#vocabulary";
import type { GraphCursor } from "./graph-bytes.ts";
import type { ValueRecords } from "./link.ts";

/** Gives back the handles in the records that nobody read, after a failure. Malformed records end it. */
export function releaseRest(cursor: GraphCursor, values: ValueRecords): void {
  try {
    while (!cursor.isAtEnd) skipRecord(cursor, values);
  } catch {
    // What follows a malformed record cannot be told; the kernel keeps those handles until it ends.
  }
}

/** Passes one record; the values inside a container are records of their own. */
function skipRecord(cursor: GraphCursor, values: ValueRecords): void {
  switch (cursor.word()) {
    case GraphKind.int:
    case GraphKind.float:
      cursor.float();
      return;
    case GraphKind.text:
      cursor.word();
      cursor.blob();
      return;
    case GraphKind.bigInt:
      cursor.blob();
      return;
    case GraphKind.buffer:
      cursor.word();
      cursor.word();
      cursor.blob();
      return;
    case GraphKind.ints:
    case GraphKind.floats:
      cursor.floats();
      return;
    case GraphKind.yours:
      cursor.word();
      cursor.word();
      return;
    case GraphKind.mine:
      values.discard(cursor.word(), cursor.word());
      cursor.word();
      return;
    case GraphKind.ref:
    case GraphKind.list:
    case GraphKind.tuple:
    case GraphKind.set:
    case GraphKind.dict:
    case GraphKind.object:
      cursor.word();
      return;
  }
}
