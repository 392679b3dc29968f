import { PolicyError, type PolicyErrorCode, RequestError, type RequestErrorCode } from "./error.js";
import type { Manifest } from "./manifest.js";
import type { Method } from "./policy.js";

/** What a thread is told: the policy, first of all; then questions. */
export type Question =
  { id: number; load: Uint8Array<ArrayBuffer> } | { id: number; method: Method; given: readonly unknown[] };

/** What a thread says: first that it listens, then one answer to each question, in their order. */
export type Said = "ready" | Answer;

/** The answer to a question. */
export type Answer = { id: number; value: unknown } | { id: number; failure: Failure };

/** What a thread answers to the first question. */
export interface Loaded {
  digest: string;
  manifest: Manifest;
}

/** An error as it passes between threads, which keep only an error's own fields. */
export type Failure =
  | { kind: "policy"; code: PolicyErrorCode; message: string }
  | { kind: "request"; code: RequestErrorCode; message: string };

/** An error as it is sent. */
export function toFailure(error: unknown): Failure {
  if (error instanceof RequestError) return { kind: "request", code: error.code, message: error.message };
  if (error instanceof PolicyError) return { kind: "policy", code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "policy", code: "trap", message: `the policy failed to answer: ${message}` };
}

/** An error as it arrives. */
export function fromFailure({ kind, code, message }: Failure): PolicyError | RequestError {
  return kind === "request" ? new RequestError(code, message) : new PolicyError(code, message);
}
