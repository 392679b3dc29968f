import { digestOf } from "./digest.js";
import { milliseconds } from "./duration.js";
import { PolicyError } from "./error.js";
import type { LoadOptions } from "./load.js";
import type { Names } from "./names.js";
import type { ThreadedPolicy } from "./policy.js";
import { fetchPolicy } from "./read.js";
import { openThreaded } from "./threaded.js";

/** Milliseconds between two looks where nothing else is said. */
const INTERVAL = 5000;

/** What is wrong with the bytes themselves, so that looking at the same ones again is of no use. */
const FINAL: readonly string[] = ["not-a-component", "imports", "contract", "too-large", "malformed", "breach", "trap"];

/** How a policy is followed. */
export interface WatchOptions<N extends Names = Names> extends Pick<LoadOptions, "deadline"> {
  /** Ends the following, and the policy. */
  signal?: AbortSignal;
  /** Milliseconds between two looks; default: 5,000. */
  interval?: number;
  /** Told of each version that takes the place of another. The old one answers what it was asked, and is closed. */
  onChange?(policy: ThreadedPolicy<N>, old: ThreadedPolicy<N>): void;
  /** Told where a look fails, or a new version is refused; the present one stays. */
  onError?(error: unknown): void;
  /**
   * Told after each look that did not fail, the first one among them.
   *
   * - `refused`: why the served version was refused, while it still is served; undefined where it is the one that answers.
   */
  onLook?(refused: PolicyError | undefined): void;
}

/** A served policy that is followed. */
export interface PolicyWatch<N extends Names = Names> {
  /** The version that answers. Take it anew for each question. */
  readonly policy: ThreadedPolicy<N>;
  /** Looks at once; whether there was another version. Rejects where the look fails, or `onChange` or `onLook` throws. */
  look(): Promise<boolean>;
  /** Ends the following, and the policy. */
  close(): void;
}

/**
 * Follows a served policy by its ETag, and swaps it when it changes.
 *
 * Where the ETag is a digest, as `interlock serve` gives it, the bytes must have that digest; nothing of others is run. A
 * version that is refused is reported once, and not tried again; one that does not load in time is. Rejects where the first look fails. In Node, waiting for
 * the next look does not keep the process from ending.
 *
 * A server of another origin has to allow the header `If-None-Match` and to expose `ETag`, by CORS.
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
  readonly #address: string | URL;
  readonly #options: WatchOptions<N>;
  readonly #interval: number;
  /** Aborted when the following ends. */
  readonly #end = new AbortController();
  #policy: ThreadedPolicy<N> | undefined;
  /** Of the bytes that were last looked at, whatever came of them: their ETag, and why they are refused. */
  #seen: { readonly tag: string | null; readonly refused?: PolicyError } = { tag: null };
  /** The version that was refused last. */
  #refused: { readonly digest: string; readonly why: PolicyError } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<boolean> | undefined;

  constructor(address: string | URL, options: WatchOptions<N>) {
    this.#address = address;
    this.#options = options;
    this.#interval = milliseconds("interval", options.interval ?? INTERVAL);
    options.signal?.throwIfAborted();
    options.signal?.addEventListener("abort", this.#abort);
  }

  get policy(): ThreadedPolicy<N> {
    if (!this.#policy) throw new PolicyError("closed", "the policy is not loaded yet");
    return this.#policy;
  }

  /** Waits for the first version. */
  async begin(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.close();
      throw error;
    }
    this.#wait();
  }

  look(): Promise<boolean> {
    if (this.#end.signal.aborted) return Promise.reject(this.#end.signal.reason);
    this.#looking ??= this.#look()
      .then((isNew) => {
        this.#options.onLook?.(this.#seen.refused);
        return isNew;
      })
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  close(): void {
    this.#close(new PolicyError("closed", "the policy is no longer followed"));
  }

  #close(why: unknown): void {
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#end.abort(why);
    clearTimeout(this.#timer);
    this.#policy?.close();
  }

  #abort = (): void => this.#close(this.#options.signal?.reason);

  #wait(): void {
    if (this.#end.signal.aborted) return;
    this.#timer = setTimeout(async () => {
      try {
        await this.look();
      } catch (error) {
        if (!this.#end.signal.aborted) this.#options.onError?.(error);
      } finally {
        this.#wait();
      }
    }, this.#interval);
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  async #look(): Promise<boolean> {
    const { signal } = this.#end;
    const headers: Record<string, string> = this.#seen.tag === null ? {} : { "if-none-match": this.#seen.tag };
    const { bytes, etag } = await fetchPolicy(this.#address, { headers, cache: "no-store" }, signal);
    if (!bytes) return false;
    const digest = await digestOf(bytes);
    const announced = etag?.match(/^"(sha256:[0-9a-f]{64})"$/)?.[1];
    if (announced !== undefined && announced !== digest) {
      throw new PolicyError("digest", `the policy was announced as ${announced} and is ${digest}`);
    }
    const old = this.#policy;
    if (digest === old?.digest) {
      this.#seen = { tag: etag };
      return false;
    }
    if (digest === this.#refused?.digest) {
      this.#seen = { tag: etag, refused: this.#refused.why };
      return false;
    }
    const policy = await this.#open(bytes).catch((error: unknown) => {
      if (error instanceof PolicyError && FINAL.includes(error.code)) {
        this.#refused = { digest, why: error };
        this.#seen = { tag: etag, refused: error };
      }
      throw error;
    });
    this.#seen = { tag: etag };
    this.#policy = policy;
    if (old) {
      old.close("afterwards");
      this.#options.onChange?.(policy, old);
    }
    return true;
  }

  async #open(bytes: Uint8Array<ArrayBuffer>): Promise<ThreadedPolicy<N>> {
    const { deadline } = this.#options;
    const options = { signal: this.#end.signal, ...(deadline === undefined ? {} : { deadline }) };
    return (await openThreaded(bytes, options)) as unknown as ThreadedPolicy<N>;
  }
}
