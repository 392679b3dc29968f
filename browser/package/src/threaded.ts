import { milliseconds } from "./duration.js";
import { PolicyError } from "./error.js";
import type { Manifest } from "./manifest.js";
import type { Loaded } from "./messages.js";
import type { Method, Policy, ThreadedPolicy } from "./policy.js";
import { Queue } from "./queue.js";

/** Milliseconds that a policy has for one answer where nothing else is said. */
const DEADLINE = 2000;

/** How a thread is started. */
export interface ThreadOptions {
  /** See `LoadOptions`. */
  deadline?: number;
  /** Gives up the loading. */
  signal?: AbortSignal;
}

/** Starts a thread for a policy, and gives it once it is loaded there. */
export async function openThreaded(bytes: Uint8Array<ArrayBuffer>, options: ThreadOptions): Promise<ThreadedPolicy> {
  const { deadline = DEADLINE, signal } = options;
  const queue = new Queue(bytes, milliseconds("deadline", deadline));
  signal?.throwIfAborted();
  const giveUp = () => queue.close(signal?.reason);
  signal?.addEventListener("abort", giveUp);
  try {
    const { digest, manifest } = (await queue.load()) as Loaded;
    return new Threaded(queue, digest, manifest);
  } catch (error) {
    queue.close(error);
    throw error;
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
}

class Threaded implements ThreadedPolicy {
  readonly #queue: Queue;

  constructor(
    queue: Queue,
    readonly digest: string,
    readonly manifest: Manifest,
  ) {
    this.#queue = queue;
  }

  evaluate = this.#method("evaluate");
  survey = this.#method("survey");
  options = this.#method("options");
  apply = this.#method("apply");
  observe = this.#method("observe");
  decideAll = this.#method("decideAll");

  close(when: "now" | "afterwards" = "now"): void {
    const closed = new PolicyError("closed", "the policy was closed");
    if (when === "now") this.#queue.close(closed);
    else this.#queue.closeAfterwards(closed);
  }

  #method<M extends Method>(method: M) {
    type Answered = ReturnType<Policy[M]>;
    return (...given: Parameters<Policy[M]>) => this.#queue.ask(method, given) as Promise<Answered>;
  }
}
