// The whole soak. usage: node --import tsx tests/soak/run.ts [CYCLES]     default: a million
import { load } from "../support/kernel.ts";
import { soak } from "./soak.ts";

const cycles = Number(process.argv[2] ?? 1_000_000);
const started = performance.now();
await soak(await load(), cycles, ({ heapBytes, blocks, memoryBytes, handles }, done) => {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const [heap, memory] = [heapBytes, memoryBytes].map((bytes) => (bytes / 2 ** 20).toFixed(1));
  console.log(
    `${seconds} s: ${done} cycles, heap ${heap} MB, Python ${blocks} blocks in ${memory} MB, ${handles} handles`,
  );
});
console.log("memory is flat");
process.exit(0);
