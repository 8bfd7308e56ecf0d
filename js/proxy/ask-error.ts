import type { FailureKind } from "#vocabulary";
import { KraitError } from "./errors.ts";

/** A failure of the asking itself, told by its kind and not as a JavaScript error. */
export class AskError extends KraitError {
  readonly failure: FailureKind;

  constructor(failure: FailureKind, message: string) {
    super("protocol", message);
    this.failure = failure;
  }
}
