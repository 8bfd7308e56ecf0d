import assert from "node:assert/strict";
import { afterEach, describe, mock, test } from "node:test";
import { deviceErrors } from "../../../../js/kernel/device-errors.ts";

class ErrnoError {
  constructor(readonly errno: number) {}
}

const errors = deviceErrors({
  FS: { ErrnoError },
  ERRNO_CODES: { EAGAIN: 6, EIO: 29, ENOSPC: 51, EINTR: 27 },
});

describe("kernel/device-errors: ST-err.generic", () => {
  afterEach(() => mock.restoreAll());

  test("an error with a number keeps it", () => {
    assert.equal(errors.errnoOf(new ErrnoError(27)), 27);
  });

  test("a name of Node's counts, its number does not", () => {
    const error = Object.assign(new Error("full"), { code: "ENOSPC", errno: -28 });

    assert.equal(errors.errnoOf(error), 51);
  });

  test("anything else is reported on the console and is EIO", () => {
    const report = mock.method(console, "error", () => undefined);

    for (const thrown of [new Error("odd"), "text", null, { errno: "5" }, { code: "EODD" }]) {
      assert.equal(errors.errnoOf(thrown), 29);
    }

    assert.equal(report.mock.callCount(), 5);
  });
});
