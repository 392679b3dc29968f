import { COMPONENT_BYTES } from "./component.js";
import { PolicyError } from "./error.js";
import { joined } from "./module.js";

/** Where a policy comes from: an address, an answer to a request for it, or its bytes. */
export type Source = string | URL | Response | PromiseLike<Response> | ArrayBuffer | ArrayBufferView;

/** Milliseconds after which an address that does not give its policy is given up. */
const READ_DEADLINE = 30_000;

/** What came of asking an address. */
export interface Fetched {
  readonly status: number;
  readonly etag: string | null;
  /** None where the address says that nothing changed. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** The bytes of a source, as a copy of its own: the caller may go on to use what it gave. */
export async function read(source: Source, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  if (source instanceof ArrayBuffer) return new Uint8Array(source.slice());
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  }
  if (typeof source === "string" || source instanceof URL) {
    const { bytes, status } = await fetchPolicy(source, {}, signal);
    if (bytes) return bytes;
    throw unreachable(`\`${source}\` answers ${status}`);
  }
  return within(signal, async (given) => {
    const response = await Promise.resolve(source).catch((cause: unknown) => {
      throw unreachable("the request for it failed", { cause });
    });
    if (response instanceof Response) return body(response, given);
    throw new TypeError("a policy is loaded from an address, a Response, or bytes");
  });
}

/** Asks an address for a policy. */
export function fetchPolicy(address: string | URL, init: RequestInit, signal?: AbortSignal): Promise<Fetched> {
  return within(signal, async (given) => {
    const response = await fetch(address, { ...init, signal: given }).catch((cause: unknown) => {
      throw unreachable(`\`${address}\` cannot be reached`, { cause });
    });
    const { status, headers } = response;
    const bytes = status === 304 ? undefined : await body(response, given);
    return { status, etag: headers.get("etag"), bytes };
  });
}

/** Does what may be given up, by the caller or at the deadline. */
async function within<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const own = new AbortController();
  const giveUp = () => own.abort(signal?.reason);
  const seconds = READ_DEADLINE / 1000;
  const late = unreachable(`it did not arrive within ${seconds} seconds`);
  const timer = setTimeout(() => own.abort(late), READ_DEADLINE);
  signal?.addEventListener("abort", giveUp);
  try {
    return await Promise.race([work(own.signal), aborted(own.signal)]);
  } catch (error) {
    // What fetch throws then is whatever the platform throws.
    throw own.signal.aborted ? own.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
}

/** The bytes of an answer, if it is one with a policy of an allowed size. */
async function body(response: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const where = response.url === "" ? "the answer" : `\`${response.url}\``;
  if (!response.ok) throw unreachable(`${where} answers ${response.status} ${response.statusText}`.trimEnd());
  if (response.bodyUsed || response.body?.locked) throw unreachable(`${where} was read before`);
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  const cancel = () => void reader?.cancel().catch(() => undefined);
  signal.addEventListener("abort", cancel);
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      length += part.value.length;
      if (length > COMPONENT_BYTES) {
        cancel();
        throw new PolicyError(
          "too-large",
          `${where} has more than the ${COMPONENT_BYTES} bytes that a policy may have`,
        );
      }
      parts.push(part.value);
    }
  } catch (cause) {
    if (cause instanceof PolicyError) throw cause;
    throw unreachable(`${where} broke off`, { cause });
  } finally {
    signal.removeEventListener("abort", cancel);
  }
  return joined(parts);
}

function unreachable(why: string, options?: ErrorOptions): PolicyError {
  return new PolicyError("unreachable", `the policy cannot be read: ${why}`, options);
}
