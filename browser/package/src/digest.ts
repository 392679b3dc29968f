import { PolicyError } from "./error.js";

/** `sha256:` and the hash of some bytes, in hexadecimal. */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Browsers leave it out where a page came over plain HTTP from another machine.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) {
    const why = "this page is no secure context, and has no digests; pages need https, or loopback";
    throw new PolicyError("insecure", `the policy cannot be checked: ${why}`);
  }
  const hash = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
