import assert from "node:assert/strict";
import { test } from "node:test";
import { isServerAddress, parseAddress } from "../../../../js/remote/address.ts";

test("addresses are taken apart", () => {
  assert.deepEqual(parseAddress("unix:/run/a b.sock"), { kind: "unix", path: "/run/a b.sock" });
  assert.deepEqual(parseAddress("tcp://localhost:7000"), {
    kind: "tcp",
    host: "localhost",
    port: 7000,
    isEncrypted: false,
  });
  assert.deepEqual(parseAddress("tls://[::1]:1"), {
    kind: "tcp",
    host: "::1",
    port: 1,
    isEncrypted: true,
  });
  assert.deepEqual(parseAddress("ws://host/path"), { kind: "ws", url: "ws://host/path" });
});

test("what is no address is refused", () => {
  for (const text of ["unix:", "tcp://host", "tcp://:1", "tcp://host:70000", "ws://", "http://x"]) {
    assert.throws(() => parseAddress(text), { name: "TypeError", message: /is no address/ }, text);
  }
});

test("the name of a place is told from an address", () => {
  assert.deepEqual(
    ["unix:/a", "tcp://a:1", "tls://a:1", "ws://a", "wss://a", "worker", "in-page", 3].map(
      isServerAddress,
    ),
    [true, true, true, true, true, false, false, false],
  );
});
