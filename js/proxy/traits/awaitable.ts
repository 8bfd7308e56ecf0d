import { takePromise } from "../awaiting.ts";

/** PX-present.await. All three share one promise, and making it destroys the proxy (PX-then.2). */
export class AwaitableTrait {
  // An awaitable's proxy is a thenable, so that `await` works.
  then(
    onFulfilled?: ((value: unknown) => unknown) | null,
    onRejected?: ((reason: unknown) => unknown) | null,
  ): Promise<unknown> {
    return takePromise(this).then(onFulfilled, onRejected);
  }

  catch(onRejected?: ((reason: unknown) => unknown) | null): Promise<unknown> {
    return takePromise(this).catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<unknown> {
    return takePromise(this).finally(onFinally);
  }
}
