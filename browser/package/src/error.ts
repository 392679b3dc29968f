/** What is wrong with a policy, or kept it from answering. */
export type PolicyErrorCode =
  /** It could not be fetched or read. */
  | "unreachable"
  /** The bytes are no WebAssembly component, or a damaged one. */
  | "not-a-component"
  /** It imports something; a policy imports nothing. */
  | "imports"
  /** It speaks no version of the contract that this package speaks. */
  | "contract"
  /** It is larger, or asks for more memory, than is allowed. */
  | "too-large"
  /** It is a component of the contract that nothing can be asked: its code is not as components have it. */
  | "malformed"
  /** It answered what the contract, or its own manifest, does not allow. */
  | "breach"
  /** Its bytes are not those that were announced. */
  | "digest"
  /** Its thread could not be started: what keeps workers away is the page's own policy, its bundler, or the network. */
  | "thread"
  /** It stopped in the middle of an answer; the next call gets a new instance. */
  | "trap"
  /** It did not answer in time and was ended; the next call gets a new one. */
  | "deadline"
  /** The page is no secure context, and its browser gives no digests there: pages need https, or loopback. */
  | "insecure"
  /** It was closed. */
  | "closed";

/** Thrown where a policy is refused or fails. Never a permission. */
export class PolicyError extends Error {
  override name = "PolicyError";
  /** What is wrong, for programs. */
  readonly code: PolicyErrorCode;

  constructor(code: PolicyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The caller's mistake, for programs. */
export type RequestErrorCode =
  "unknown-mode" | "unknown-kind" | "unknown-state" | "unknown-action" | "invalid" | "other";

/**
 * Thrown where a request is the caller's mistake; never a decision. The message is one sentence: what was wrong, where,
 * what is allowed.
 */
export class RequestError extends Error {
  override name = "RequestError";
  /** What is wrong, for programs. */
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
