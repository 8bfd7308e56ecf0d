import { Exit } from "../../kernel/exit.ts";
import { KernelDied, StaleHandle } from "../errors.ts";

/** Lets go of what answers gave when nobody asked for it and the program dropped them. */
const finalizers = new FinalizationRegistry<AnswerState>((state) => letGo(state));

type Outcome =
  | { readonly isReturned: true; readonly value: unknown; readonly drop: (() => void) | undefined }
  | { readonly isReturned: false; readonly error: unknown; readonly isMiss: boolean };

/** What an answer knows; apart from it, so that the carrier's table does not keep an unwanted answer alive. */
interface AnswerState {
  outcome: Outcome | undefined;
  /** Somebody reads the value, or will. */
  isTaken: boolean;
  /** Nobody will ask any more: the value or the other calls. */
  isReleased: boolean;
  /** Another call refers to this one, and tells its failure. */
  isReferredTo: boolean;
  settle: ((outcome: Outcome) => void) | undefined;
  /** Tells the carrier, once, that no later call will refer to the answer. */
  readonly finish: () => void;
}

/**
 * The carrier's side of an answer: it settles it once. Holding this does not keep the `Answer` alive.
 */
export class AnswerSink {
  readonly #state: AnswerState;

  constructor(state: AnswerState) {
    this.#state = state;
  }

  /**
   * @param value what the asker gets, see `ReplyForm`
   * @param drop gives back the Python objects in it, when nobody ever asks for it
   */
  resolve(value: unknown, drop?: () => void): void {
    this.#settle({ isReturned: true, value, drop });
  }

  /**
   * @param isMiss what was asked for is not there, and the call said that this is no failure (`AsyncCall.absent`): the
   *   value is `undefined`, and only calls that refer to the answer fail with `error`
   */
  reject(error: unknown, isMiss = false): void {
    this.#settle({ isReturned: false, error, isMiss });
  }

  get isSettled(): boolean {
    return this.#state.outcome !== undefined;
  }

  #settle(outcome: Outcome): void {
    const state = this.#state;
    if (state.outcome !== undefined) return;
    state.outcome = outcome;
    state.settle?.(outcome);
    if (state.isReleased) dropUnlessTaken(state);
    if (!outcome.isReturned && !outcome.isMiss && !state.isTaken) {
      // As of any promise that nobody handles; the program has this turn of the event loop to ask.
      setTimeout(() => reportUnless(state, outcome.error));
    }
  }
}

/** What a call of an AsyncLink will give. */
export class Answer {
  readonly #state: AnswerState;
  #value: Promise<unknown> | undefined;

  private constructor(state: AnswerState) {
    this.#state = state;
    finalizers.register(this, state, state);
  }

  /**
   * For carriers.
   * @param finish called once, when no later call will refer to the answer. Its value may still be asked for: the carrier
   *   settles the sink all the same
   */
  static pending(finish: () => void): { answer: Answer; sink: AnswerSink } {
    const state: AnswerState = {
      outcome: undefined,
      isTaken: false,
      isReleased: false,
      isReferredTo: false,
      settle: undefined,
      finish,
    };
    return { answer: new Answer(state), sink: new AnswerSink(state) };
  }

  /**
   * The value, converted; a Python object comes as its `PyTarget`, which belongs to whoever asks first. An answer whose
   * value was never asked for gives its object back.
   */
  get value(): Promise<unknown> {
    const state = this.#state;
    if (this.#value !== undefined) return this.#value;
    state.isTaken = true;
    this.#value = new Promise((resolve, reject) => {
      state.settle = (outcome) => {
        if (outcome.isReturned) resolve(outcome.value);
        else if (outcome.isMiss) resolve(undefined);
        else reject(outcome.error);
      };
      if (state.outcome !== undefined) state.settle(state.outcome);
    });
    return this.#value;
  }

  /** For carriers: another call refers to this answer, so that its failure will be told there. */
  refer(): void {
    this.#state.isReferredTo = true;
  }

  /** Whether `release` was called: no later call may refer to the answer. */
  get isReleased(): boolean {
    return this.#state.isReleased;
  }

  /** No later call will refer to the answer. Safe to repeat; what was asked for is still delivered. */
  release(): void {
    finalizers.unregister(this.#state);
    letGo(this.#state);
  }
}

function letGo(state: AnswerState): void {
  if (state.isReleased) return;
  state.isReleased = true;
  dropUnlessTaken(state);
  state.finish();
}

/** What was given back is not handed out any more. */
function dropUnlessTaken(state: AnswerState): void {
  const { outcome, isTaken } = state;
  if (!outcome?.isReturned || outcome.drop === undefined || isTaken) return;
  const error = new StaleHandle("the answer was released before its value was asked for");
  state.outcome = { isReturned: false, error, isMiss: false };
  outcome.drop();
}

/** The end of the kernel fails whatever was under way: who started that and does not wait need not hear of it. */
function reportUnless(state: AnswerState, error: unknown): void {
  const isEnd = error instanceof KernelDied || error instanceof Exit;
  if (state.isTaken || state.isReferredTo || isEnd) return;
  Promise.reject(error);
}
