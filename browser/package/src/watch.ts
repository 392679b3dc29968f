import { PolicyError } from "./error.js";
import { DEADLINE, type LoadOptions } from "./load.js";
import type { Names } from "./names.js";
import type { ThreadedPolicy } from "./policy.js";
import { body, fetchPolicy } from "./read.js";
import { openThreaded } from "./threaded.js";

/** How a policy is followed. */
export interface WatchOptions<N extends Names = Names> extends Pick<LoadOptions, "deadline" | "signal"> {
  /** Milliseconds between two looks; default: 5,000. */
  interval?: number;
  /** Told of each version that takes the place of another. The old one answers what it was asked, and is closed. */
  onChange?(policy: ThreadedPolicy<N>, old: ThreadedPolicy<N>): void;
  /** Told where a look fails, or a new version is refused; the present one stays. */
  onError?(error: unknown): void;
}

/** A served policy that is followed. */
export interface PolicyWatch<N extends Names = Names> {
  /** The version that answers. Take it anew for each question. */
  readonly policy: ThreadedPolicy<N>;
  /** Looks at once; whether there was another version. Rejects where the look fails. */
  look(): Promise<boolean>;
  /** Ends the following, and the policy. */
  close(): void;
}

/**
 * Follows a served policy by its ETag, and swaps it when it changes.
 *
 * Where the ETag is a digest, as `interlock serve` gives it, the bytes must have that digest. A version that is refused
 * is not looked at again until the ETag changes. Rejects where the first look fails.
 */
export async function watchPolicy<N extends Names = Names>(
  address: string | URL,
  options: WatchOptions<N> = {},
): Promise<PolicyWatch<N>> {
  const watch = new Watch<N>(address, options);
  await watch.begin();
  return watch;
}

class Watch<N extends Names> implements PolicyWatch<N> {
  #policy: ThreadedPolicy<N> | undefined;
  #tag: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<boolean> | undefined;
  #closed = false;

  constructor(
    readonly address: string | URL,
    readonly options: WatchOptions<N>,
  ) {
    options.signal?.addEventListener("abort", () => this.close(), { once: true });
  }

  get policy(): ThreadedPolicy<N> {
    if (!this.#policy) throw new PolicyError("closed", "the policy is not loaded yet");
    return this.#policy;
  }

  async begin(): Promise<void> {
    await this.look();
    this.#wait();
  }

  look(): Promise<boolean> {
    if (this.#closed) return Promise.reject(new PolicyError("closed", "the policy is no longer followed"));
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#policy?.close();
  }

  #wait(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(async () => {
      await this.look().catch((error: unknown) => this.#closed || this.options.onError?.(error));
      this.#wait();
    }, this.options.interval ?? 5000);
    // In Node, waiting for the next look does not keep the process from ending.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  async #look(): Promise<boolean> {
    const headers: Record<string, string> = this.#tag === null ? {} : { "if-none-match": this.#tag };
    const { signal, deadline = DEADLINE } = this.options;
    const response = await fetchPolicy(this.address, { headers, cache: "no-store", ...(signal ? { signal } : {}) });
    if (response.status === 304) return false;
    const bytes = await body(response);
    this.#tag = response.headers.get("etag");
    const policy = (await openThreaded(bytes, deadline)) as unknown as ThreadedPolicy<N>;
    const announced = this.#tag?.match(/^"(sha256:[0-9a-f]{64})"$/)?.[1];
    const old = this.#policy;
    if (this.#closed || policy.digest === old?.digest || (announced && announced !== policy.digest)) {
      policy.close();
      if (announced && announced !== policy.digest) {
        throw new PolicyError("digest", `the policy was announced as ${announced} and is ${policy.digest}`);
      }
      return false;
    }
    this.#policy = policy;
    if (!old) return true;
    old.close("afterwards");
    this.options.onChange?.(policy, old);
    return true;
  }
}
