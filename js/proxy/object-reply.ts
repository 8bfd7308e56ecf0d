import type { FailureKind } from "#vocabulary";
import type { Parts } from "../wire/parts.ts";
import type { Handle } from "./object-table.ts";

/** An answer that is more than a value. Other values are answered as they are. */
export class Reply {
  readonly value: unknown;
  readonly #isReply = true;

  constructor(value: unknown) {
    this.value = value;
  }

  /** Tells replies from values without looking at a value: it may be hostile (JP-revoked). */
  static is(value: unknown): value is Reply {
    return typeof value === "object" && value !== null && #isReply in value;
  }
}

/** The end of an iteration, with its return value. */
export class Stopped extends Reply {}

/** An object, even when it is a proxy of a Python object: what arrives is a JsProxy. */
export class AsObject extends Reply {}

/** A deep-converted value. */
export class AsGraph extends Reply {
  readonly records: Parts;

  constructor(records: Parts) {
    super(undefined);
    this.records = records;
  }
}

/** A missing attribute or item; cheaper than a thrown error. */
export class Missing extends Reply {
  readonly kind: FailureKind;

  constructor(kind: FailureKind) {
    super(undefined);
    this.kind = kind;
  }
}

/** The Python object of a target, even when its proxy would arrive as a JsProxy. */
export class ObjectOf extends Reply {
  readonly target: Handle;

  constructor(target: Handle) {
    super(undefined);
    this.target = target;
  }
}
