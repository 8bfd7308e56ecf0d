import { Op, TypeFlag } from "#vocabulary";
import { readGraph } from "../graph-reader.ts";
import { EXHAUSTED } from "../iteration.ts";
import { destroyProxy, PyTarget } from "../py-state.ts";
import { PythonError } from "../python-error.ts";
import type { AsyncSide } from "./async-side.ts";
import type { Source } from "./source.ts";

/** Items that are asked for at once, where the kernel can give several without that being seen. */
const BATCH = 1 << 16;

/** The items of an iterable, plain or asynchronous: `for await`. */
export async function* asyncSteps(source: Source): AsyncGenerator<unknown> {
  const flags = source.flags ?? ((await source.ask(Op.flags, []).settle()) as number);
  const is = (flag: TypeFlag) => (flags & (1 << flag)) !== 0;
  if (is(TypeFlag.asyncIterable) || is(TypeFlag.asyncIterator)) yield* awaitedItems(source);
  else yield* steps(source);
}

/**
 * One step at a time, so that what changes under the loop is seen as in any loop. The proxies among the items live until
 * the iteration is exhausted, and on when it is left early (PX-iterator.2).
 */
async function* steps(source: Source): AsyncGenerator<unknown> {
  const iterator = source.ask(Op.iter, []);
  const borrowed: unknown[] = [];
  while (true) {
    const { done, value } = await iterator.step(Op.next, []);
    if (done) break;
    borrowed.push(value);
    yield value;
  }
  for (const item of borrowed) destroyProxy(item, EXHAUSTED);
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

/** All items of an iterable. */
export async function allItems(source: Source): Promise<unknown[]> {
  const iterator = source.ask(Op.iter, []);
  const items: unknown[] = [];
  while (true) {
    const { records, side, done } = await iterator.records(Op.nextBatch, [BATCH]);
    for (const item of itemsIn(side, records)) items.push(item);
    if (done) return items;
  }
}

function itemsIn(side: AsyncSide, records: Uint8Array): unknown[] {
  const leaf = (index: number, generation: number, flags: number): object =>
    side.proxies.makeOwn(new PyTarget(side.link, index, generation, flags));
  return readGraph(records, side.link.values, { leaf }) as unknown[];
}
