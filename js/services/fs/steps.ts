/** Steps on a file system, whose results may be promises: `now` or `later` takes them. */
export type Steps<Result> = Generator<unknown, Result, any>;

/** Takes the steps on a file system that answers at once. */
export function now<Result>(steps: Steps<Result>): Result {
  let step = steps.next();
  while (!step.done) step = steps.next(step.value);
  return step.value;
}

/** Takes the steps on a file system that gives promises, or on any other. */
export async function later<Result>(steps: Steps<Result>): Promise<Result> {
  let step = steps.next();
  while (!step.done) {
    try {
      step = steps.next(await step.value);
    } catch (error) {
      step = steps.throw(error);
    }
  }
  return step.value;
}
