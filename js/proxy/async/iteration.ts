import { Op, TypeFlag } from "#vocabulary";
import { readGraph } from "../graph-reader.ts";
import { PyTarget } from "../py-state.ts";
import { PythonError } from "../python-error.ts";
import type { AsyncSide } from "./async-side.ts";
import type { Source } from "./source.ts";

/** Items that are asked for at once, where the kernel can give several without that being seen. */
const BATCH = 1024;

/** The items of an iterable, plain or asynchronous: `for await`. */
export async function* asyncSteps(source: Source): AsyncGenerator<unknown> {
  const flags = source.flags ?? ((await source.ask(Op.flags, []).settle()) as number);
  const is = (flag: TypeFlag) => (flags & (1 << flag)) !== 0;
  if (is(TypeFlag.asyncIterable) || is(TypeFlag.asyncIterator)) yield* awaitedItems(source);
  else yield* batches(source, BATCH);
}

async function* awaitedItems(source: Source): AsyncGenerator<unknown> {
  const iterator = source.ask(Op.aiter, []);
  while (true) {
    const step = await awaitedStep(iterator, Op.anext, []);
    if (step.done) return;
    yield step.value;
  }
}

/** One step of an asynchronous iterator; its end is a result, as in JavaScript (PX-next.async). */
export async function awaitedStep(
  iterator: Source,
  op: Op,
  args: readonly unknown[],
): Promise<IteratorResult<unknown>> {
  try {
    return { done: false, value: await iterator.ask(op, args).settle() };
  } catch (error) {
    if (error instanceof PythonError && error.type === "StopAsyncIteration") {
      return { done: true, value: undefined };
    }
    throw error;
  }
}

async function* batches(source: Source, count: number): AsyncGenerator<unknown> {
  const iterator = source.ask(Op.iter, []);
  while (true) {
    const { records, side, done } = await iterator.records(Op.nextBatch, [count]);
    yield* itemsIn(side, records);
    if (done) return;
  }
}

/** All items of an iterable. */
export async function allItems(source: Source): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of batches(source, 1 << 16)) items.push(item);
  return items;
}

function itemsIn(side: AsyncSide, records: Uint8Array): unknown[] {
  const leaf = (index: number, generation: number, flags: number): object =>
    side.proxies.makeOwn(new PyTarget(side.link, index, generation, flags));
  return readGraph(records, side.link.values, { leaf }) as unknown[];
}
