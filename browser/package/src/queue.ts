import { PolicyError, RequestError } from "./error.js";
import { type Answer, type Question, type Said, fromFailure } from "./messages.js";
import { startThread, type Thread } from "./platform.js";
import type { Method } from "./policy.js";

/** Milliseconds that a thread has to start; its code may have to be fetched. */
const START = 30_000;
/**
 * Milliseconds that an answer gets beyond the deadline, once: where this thread was busy until then, the answer may be
 * there and not yet heard.
 */
const GRACE = 20;

/** A question that was not yet answered. */
interface Call {
  question: Question;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/**
 * The questions to a thread, which answers them in their order. The deadline is that of the first one: where it passes,
 * the thread is ended, that question fails, and the others are asked of a new thread. Answers depend on nothing but the
 * question, so asking again does no harm. Where the policy cannot be loaded again, all of them fail.
 */
export class Queue {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #deadline: number;
  #calls: Call[] = [];
  #thread: Thread | undefined;
  /** Whether the thread has said that it listens. */
  #isReady = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  /** Why nothing more is asked. */
  #closed: { why: unknown } | undefined;
  #isClosingAfterwards = false;

  /** - `deadline`: milliseconds for one answer. */
  constructor(bytes: Uint8Array<ArrayBuffer>, deadline: number) {
    this.#bytes = bytes;
    this.#deadline = deadline;
  }

  /** Starts a thread, and gives what it says of the policy. */
  load(): Promise<unknown> {
    return new Promise((resolve, reject) => this.#start([this.#loading(resolve, reject)]));
  }

  /** Asks a loaded policy. */
  ask(method: Method, given: readonly unknown[]): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#closed.why);
    return new Promise((resolve, reject) => {
      const call: Call = { question: { id: this.#next(), method, given }, resolve, reject };
      if (!this.#thread) {
        this.#start([this.#loading(nothing, nothing), call]);
        return;
      }
      this.#calls.push(call);
      if (this.#calls.length === 1) this.#wait();
      this.#post(call);
    });
  }

  /** Ends the thread. What was not answered fails. */
  close(why: unknown): void {
    this.#closed ??= { why };
    this.#giveUp(why);
  }

  /** Ends the thread when everything is answered. */
  closeAfterwards(why: unknown): void {
    this.#closed ??= { why };
    this.#isClosingAfterwards = true;
    this.#endIfDone();
  }

  #next(): number {
    this.#asked += 1;
    return this.#asked;
  }

  #loading(resolve: (value: unknown) => void, reject: (reason: unknown) => void): Call {
    return { question: { id: this.#next(), load: this.#bytes.slice() }, resolve, reject };
  }

  #start(calls: Call[]): void {
    this.#calls = calls;
    this.#isReady = false;
    try {
      const thread = startThread(
        (said) => thread === this.#thread && this.#hear(said),
        (why) => thread === this.#thread && this.#fail(this.#isReady ? trap(why) : notStarted(why)),
      );
      this.#thread = thread;
    } catch (cause) {
      this.#giveUp(notStarted(cause instanceof Error ? cause.message : String(cause)));
      return;
    }
    this.#wait();
    for (const call of calls) this.#post(call);
  }

  #post({ question, reject }: Call): void {
    try {
      this.#thread?.ask(question, "load" in question ? [question.load.buffer] : []);
    } catch (cause) {
      this.#calls = this.#calls.filter((call) => call.question !== question);
      this.#wait();
      const why = cause instanceof Error ? cause.message : String(cause);
      reject(new RequestError("invalid", `the question cannot be passed to the policy's thread: ${why}`));
    }
  }

  #hear(said: Said): void {
    if (said === "ready") this.#isReady = true;
    else this.#take(said);
    this.#wait();
    this.#endIfDone();
  }

  #take(answer: Answer): void {
    const call = this.#calls[0];
    if (call?.question.id !== answer.id) return;
    if ("failure" in answer && "load" in call.question) {
      this.#giveUp(fromFailure(answer.failure));
      return;
    }
    this.#calls.shift();
    if ("failure" in answer) call.reject(fromFailure(answer.failure));
    else call.resolve(answer.value);
  }

  /** Waits for the next answer, or for the thread to start. */
  #wait(): void {
    clearTimeout(this.#timer);
    if (!this.#thread || this.#calls.length === 0) return;
    if (!this.#isReady) {
      this.#timer = setTimeout(() => this.#fail(notStarted(`it did not start within ${START} ms`)), START);
      return;
    }
    this.#timer = setTimeout(() => {
      const why = `the policy did not answer within ${this.#deadline} ms and was ended`;
      this.#timer = setTimeout(() => this.#fail(new PolicyError("deadline", why)), GRACE);
    }, this.#deadline);
  }

  /** The thread failed at the first question. The others are asked again. */
  #fail(error: PolicyError): void {
    const [first, ...others] = this.#calls;
    if (!first || "load" in first.question) {
      this.#giveUp(error);
      return;
    }
    this.#end();
    first.reject(error);
    if (others.length > 0) this.#start([this.#loading(nothing, nothing), ...others]);
  }

  /** Nobody gets an answer any more; who asks later has a new thread. */
  #giveUp(why: unknown): void {
    const calls = this.#calls;
    this.#calls = [];
    this.#end();
    for (const { reject } of calls) reject(why);
  }

  #endIfDone(): void {
    if (this.#isClosingAfterwards && this.#calls.length === 0) this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#thread?.end();
    this.#thread = undefined;
  }
}

function trap(why: string): PolicyError {
  return new PolicyError("trap", `the policy failed: ${why}`);
}

function notStarted(why: string): PolicyError {
  return new PolicyError("thread", `the policy's thread cannot be started: ${why}`);
}

function nothing(): void {
  // Nobody waits for a policy to be loaded again: where it fails, so do the questions behind it.
}
