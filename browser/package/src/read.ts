import { COMPONENT_BYTES } from "./component.js";
import { PolicyError } from "./error.js";

/** Where a policy comes from: an address, an answer to a request for it, or its bytes. */
export type Source = string | URL | Response | PromiseLike<Response> | ArrayBuffer | ArrayBufferView;

/** The bytes of a source. */
export async function read(source: Source, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    // A copy: the caller may go on to use its buffer, which here is handed to another thread.
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength).slice();
  }
  const isAddress = typeof source === "string" || source instanceof URL;
  return body(await (isAddress ? fetchPolicy(source, signal ? { signal } : {}) : source));
}

/** Asks an address for a policy. Whatever is answered is given back. */
export async function fetchPolicy(address: string | URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AbortError") throw cause;
    throw unreachable(`\`${address}\` cannot be reached`, { cause });
  }
}

/** The bytes of an answer, if it is one with a policy of an allowed size. */
export async function body(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const where = response.url === "" ? "the answer" : `\`${response.url}\``;
  if (!response.ok) throw unreachable(`${where} answers ${response.status} ${response.statusText}`.trimEnd());
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    length += part.value.length;
    if (length > COMPONENT_BYTES) {
      await reader?.cancel();
      throw new PolicyError("too-large", `${where} has more than the ${COMPONENT_BYTES} bytes that a policy may have`);
    }
    chunks.push(part.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function unreachable(why: string, options?: ErrorOptions): PolicyError {
  return new PolicyError("unreachable", `the policy cannot be read: ${why}`, options);
}
