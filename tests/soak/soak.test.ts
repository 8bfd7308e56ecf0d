import { load } from "../support/kernel.ts";
import { test } from "../support/test.ts";
import { soak } from "./soak.ts";

const CYCLES = 7_000;

test("BY-handles: memory is flat on both sides, whatever crosses", async () => {
  await soak(await load(), CYCLES);
}, 120_000);
