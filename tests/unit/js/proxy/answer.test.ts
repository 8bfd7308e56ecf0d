import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Answer } from "../../../../js/proxy/async/answer.ts";
import { StaleHandle } from "../../../../js/proxy/errors.ts";
import { collectGarbage } from "../../../support/handles.ts";

const failure = new Error("the call failed");
/** What nobody handled, in order. */
let unhandled: unknown[];
const noteUnhandled = (reason: unknown) => void unhandled.push(reason);
let others: NodeJS.UnhandledRejectionListener[];

beforeEach(() => {
  unhandled = [];
  others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", noteUnhandled);
});

afterEach(() => {
  process.off("unhandledRejection", noteUnhandled);
  for (const listener of others) process.on("unhandledRejection", listener);
});

/** Microtasks, rejections that nobody handles and finalizers have run when it resolves. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** An answer whose finishes and drops are counted. */
function pending() {
  const counts = { finished: 0, dropped: 0 };
  const { answer, sink } = Answer.pending(() => counts.finished++);
  return { answer, sink, counts, drop: () => counts.dropped++ };
}

test("proxy/async/answer: the value comes whether it is asked for before or after it is known", async () => {
  const early = pending();
  const { value } = early.answer;
  early.sink.resolve(1);
  assert.equal(await value, 1);
  assert.equal(early.answer.value, value, "one promise");

  const late = pending();
  late.sink.resolve(2);
  assert.equal(await late.answer.value, 2);
});

test("proxy/async/answer: it is settled once", async () => {
  const { answer, sink } = pending();
  assert.equal(sink.isSettled, false);

  sink.resolve("first");
  sink.resolve("second");
  sink.reject(failure);

  assert.equal(sink.isSettled, true);
  assert.equal(await answer.value, "first");
  await nextTurn();
  assert.deepEqual(unhandled, []);
});

test("proxy/async/answer: a failure rejects, also when it is asked for in the same turn only", async () => {
  const early = pending();
  const { value } = early.answer;
  early.sink.reject(failure);
  await assert.rejects(value, failure);

  const late = pending();
  late.sink.reject(failure);
  await assert.rejects(late.answer.value, failure);
  await nextTurn();
  assert.deepEqual(unhandled, []);
});

test("proxy/async/answer: a failure that nobody asks for is reported once", async () => {
  const { sink } = pending();

  sink.reject(failure);

  await nextTurn();
  assert.deepEqual(unhandled, [failure]);
});

test("proxy/async/answer: a failure that another call tells is not reported", async () => {
  const { answer, sink } = pending();

  answer.refer();
  sink.reject(failure);

  await nextTurn();
  assert.deepEqual(unhandled, []);
});

test("proxy/async/answer: what is not there is undefined, and no failure", async () => {
  const asked = pending();
  asked.sink.reject(failure, true);
  assert.equal(await asked.answer.value, undefined);

  pending().sink.reject(failure, true);
  await nextTurn();
  assert.deepEqual(unhandled, []);
});

test("proxy/async/answer: release gives back a value that nobody asked for, known already or not", () => {
  const known = pending();
  known.sink.resolve({}, known.drop);
  assert.equal(known.counts.dropped, 0);
  known.answer.release();
  assert.deepEqual(known.counts, { finished: 1, dropped: 1 });

  const unknown = pending();
  unknown.answer.release();
  assert.deepEqual(unknown.counts, { finished: 1, dropped: 0 });
  unknown.sink.resolve({}, unknown.drop);
  assert.deepEqual(unknown.counts, { finished: 1, dropped: 1 });
});

test("proxy/async/answer: release is safe to repeat, and leaves what was asked for", async () => {
  const { answer, sink, counts, drop } = pending();
  const { value } = answer;

  answer.release();
  answer.release();
  sink.resolve("asked for", drop);

  assert.equal(answer.isReleased, true);
  assert.equal(await value, "asked for");
  assert.deepEqual(counts, { finished: 1, dropped: 0 });
});

test("proxy/async/answer: a value that was given back is not handed out", async () => {
  const { answer, sink, counts, drop } = pending();
  sink.resolve({}, drop);
  answer.release();

  await assert.rejects(answer.value, StaleHandle);

  assert.deepEqual(counts, { finished: 1, dropped: 1 });
});

test("proxy/async/answer: an answer that the program dropped is released", async () => {
  const { sink, counts, drop } = pending();
  sink.resolve({}, drop);

  for (let round = 0; round < 50 && counts.finished === 0; round++) {
    collectGarbage();
    await nextTurn();
  }

  assert.deepEqual(counts, { finished: 1, dropped: 1 });
});

test("proxy/async/answer: a promise outlives the answer that it was taken from", async () => {
  const { sink, counts, value } = (() => {
    const { answer, sink, counts } = pending();
    return { sink, counts, value: answer.value };
  })();
  for (let round = 0; round < 50 && counts.finished === 0; round++) {
    collectGarbage();
    await nextTurn();
  }
  assert.equal(counts.finished, 1);

  sink.resolve("in time");

  assert.equal(await value, "in time");
});
