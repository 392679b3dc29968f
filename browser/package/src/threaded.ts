import { startThread, type Thread } from "#worker";
import { PolicyError } from "./error.js";
import type { Manifest } from "./manifest.js";
import { type Answer, type Loaded, type Question, fromFailure } from "./messages.js";
import type { Method, Policy, ThreadedPolicy } from "./policy.js";

/** A question that was not yet answered. */
interface Call {
  question: Question;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Starts a thread for a policy, and gives it once it is loaded there. */
export async function openThreaded(bytes: Uint8Array<ArrayBuffer>, deadline: number): Promise<ThreadedPolicy> {
  const queue = new Queue(bytes, deadline);
  try {
    const { digest, manifest } = await queue.load();
    return new Threaded(queue, digest, manifest);
  } catch (error) {
    queue.close(new PolicyError("closed", "the policy was not let in"));
    throw error;
  }
}

class Threaded implements ThreadedPolicy {
  constructor(
    readonly queue: Queue,
    readonly digest: string,
    readonly manifest: Manifest,
  ) {}

  evaluate = this.#method("evaluate");
  survey = this.#method("survey");
  options = this.#method("options");
  apply = this.#method("apply");
  observe = this.#method("observe");
  decideAll = this.#method("decideAll");

  close(when: "now" | "afterwards" = "now"): void {
    const closed = new PolicyError("closed", "the policy was closed");
    if (when === "now") this.queue.close(closed);
    else this.queue.closeAfterwards(closed);
  }

  #method<M extends Method>(method: M) {
    type Answered = ReturnType<Policy[M]>;
    return (...given: Parameters<Policy[M]>) => this.queue.ask(method, given) as Promise<Answered>;
  }
}

/**
 * The questions to a thread, which answers them in their order. The deadline is that of the first one: where it passes,
 * the thread is ended, that question fails, and the others are asked of a new thread. Answers depend on nothing but the
 * question, so asking again does no harm.
 */
class Queue {
  #calls: Call[] = [];
  #thread: Thread | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #closed: PolicyError | undefined;
  #closing: PolicyError | undefined;

  constructor(
    readonly bytes: Uint8Array<ArrayBuffer>,
    readonly deadline: number,
  ) {}

  load(): Promise<Loaded> {
    return new Promise<unknown>((resolve, reject) => this.#start([this.#loading(resolve, reject)])) as Promise<Loaded>;
  }

  ask(method: Method, given: readonly unknown[]): Promise<unknown> {
    const closed = this.#closed ?? this.#closing;
    if (closed) return Promise.reject(closed);
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

  close(why: PolicyError): void {
    this.#closed ??= why;
    this.#end();
    for (const { reject } of this.#calls.splice(0)) reject(why);
  }

  closeAfterwards(why: PolicyError): void {
    this.#closing = why;
    if (this.#calls.length === 0) this.close(why);
  }

  #next(): number {
    this.#asked += 1;
    return this.#asked;
  }

  #loading(resolve: (value: unknown) => void, reject: (error: Error) => void): Call {
    return { question: { id: this.#next(), load: this.bytes.slice() }, resolve, reject };
  }

  #start(calls: Call[]): void {
    const thread = startThread(
      (answer) => thread === this.#thread && this.#hear(answer),
      (why) => thread === this.#thread && this.#fail(new PolicyError("trap", `the policy failed: ${why}`)),
    );
    this.#thread = thread;
    this.#calls = calls;
    this.#wait();
    for (const call of calls) this.#post(call);
  }

  #post({ question, reject }: Call): void {
    try {
      this.#thread?.ask(question, "load" in question ? [question.load.buffer] : []);
    } catch (cause) {
      // What cannot be copied, such as a function in a request.
      this.#calls = this.#calls.filter((call) => call.question !== question);
      reject(new PolicyError("unreachable", "the question cannot be passed to the policy's thread", { cause }));
    }
  }

  #hear(answer: Answer): void {
    const call = this.#calls.shift();
    if (!call) return;
    this.#wait();
    if ("failure" in answer) call.reject(fromFailure(answer.failure));
    else call.resolve(answer.value);
    if (this.#closing && this.#calls.length === 0) this.close(this.#closing);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#calls.length === 0) return;
    this.#timer = setTimeout(() => {
      const why = `the policy did not answer within ${this.deadline} ms and was ended`;
      this.#fail(new PolicyError("deadline", why));
    }, this.deadline);
  }

  /** Ends the thread; the first question fails, the others are asked again. */
  #fail(error: PolicyError): void {
    const [first, ...others] = this.#calls;
    this.#calls = [];
    this.#end();
    first?.reject(error);
    const again = others.filter(({ question }) => !("load" in question));
    if (again.length > 0) this.#start([this.#loading(nothing, nothing), ...again]);
    else if (this.#closing) this.close(this.#closing);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#thread?.end();
    this.#thread = undefined;
  }
}

function nothing(): void {
  // Nobody waits for a policy to be loaded again: the question behind it fails if it cannot be answered.
}
