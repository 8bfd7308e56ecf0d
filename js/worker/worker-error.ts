import { KraitError } from "../proxy/errors.ts";

/** The worker could not be started: its script is missing or forbidden, or fails. The message says what was found. */
export class WorkerFailed extends KraitError {
  override readonly name = "WorkerFailed";
  constructor(message: string, options?: ErrorOptions) {
    super("io", message, options);
  }
}
