import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { emitModule } from "./emit-module.ts";
import { readRequest } from "./request.ts";

// Started by `capnp compile` in the output folder, with the request on standard input.
for (const file of readRequest(readFileSync(0))) {
  writeFileSync(`${basename(file.filename, ".capnp")}.ts`, emitModule(file));
}
