import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { distUrl } from "../support/dist.ts";
import { failsInPython } from "../support/failures.ts";
import { Kraitd } from "../support/kraitd.ts";

type Any = any;

const { loadPyodide } = (await import(distUrl("pyodide.mjs"))) as {
  loadPyodide: (options: object) => Promise<Any>;
};
const kernels = await Kraitd.start();
after(() => kernels.stop());
const PLACES: Record<string, object> = {
  worker: { kernel: "worker" },
  remote: { kernel: `unix:${kernels.path}` },
};

for (const [place, options] of Object.entries(PLACES)) {
  test(`stdin, ${place}: Python waits for what a handler promises`, async () => {
    const py = await loadPyodide({ ...options, sync: false });
    const answers = ["first\nsecond", "third"];
    let asked = 0;
    const stdin = async () => {
      asked += 1;
      await sleep(30);
      return answers.shift();
    };
    await py.setStdin({ stdin });
    try {
      const lines = await py.runPython("[input(), input(), input()]").toJs();

      assert.deepEqual(lines, ["first", "second", "third"]);
      assert.equal(asked, 2);
      await failsInPython(() => py.runPython("input()"), "EOFError");
    } finally {
      py.terminate();
    }
  });

  test(`stdin, ${place}: a promise that is rejected is an error of the read, and the next read asks again`, async () => {
    const py = await loadPyodide({ ...options, sync: false });
    const answers = [() => Promise.reject(new Error("gone")), () => Promise.resolve("here")];
    await py.setStdin({ stdin: () => answers.shift()?.() });
    try {
      await failsInPython(() => py.runPython("input()"), "OSError");
      assert.equal(await py.runPython("input()"), "here");
    } finally {
      py.terminate();
    }
  });

  test(`stdin, ${place}: an interrupt ends the wait; what was promised is the next read's`, async () => {
    const py = await loadPyodide({ ...options, sync: false });
    let give = (_line: string) => {};
    const asked = new Promise<void>((resolve) => {
      const stdin = () => {
        resolve();
        return new Promise<string>((settle) => {
          give = settle;
        });
      };
      py.setStdin({ stdin });
    });
    try {
      const reading = failsInPython(() => py.runPython("input()"), "KeyboardInterrupt");
      await asked;
      py.interrupt();
      await reading;
      give("late");

      assert.equal(await py.runPython("input()"), "late");
    } finally {
      py.terminate();
    }
  });

  test(`stdin, ${place}: a program that is blocked cannot keep its promise: EIO`, async () => {
    const py = await loadPyodide({ ...options, sync: true });
    py.setStdin({ stdin: () => Promise.resolve("never") });
    try {
      await failsInPython(() => py.runPython("input()"), "OSError");
    } finally {
      py.terminate();
    }
  });
}

test("stdin, in-page: Python cannot wait for a promise: EIO", async () => {
  const py = await loadPyodide({});
  py.setStdin({ stdin: () => Promise.resolve("never") });

  await failsInPython(() => py.runPython("input()"), "OSError");
});
