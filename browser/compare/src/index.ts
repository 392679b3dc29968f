/**
 * Compares two policies by the very code that the program `interlock` compares them with, compiled to WebAssembly. The
 * policies are asked where this runs: in a worker that can be ended, unless they are trusted.
 *
 * @module
 */

import type { Policy } from "interlock-policy";
import type { Findings } from "./findings.js";
import { CONNECTING } from "./generated/connecting.js";
import { instantiate } from "./generated/glue.js";
import type { RequestError } from "./generated/interfaces/interlock-policy-decisions.js";

export type * from "./findings.js";

/** A policy that answers at once: what `loadPolicy` gives with `worker: false`. */
export type ComparedPolicy = Pick<Policy, "manifest" | "decideAll" | "observe" | "evaluate">;

/** Thrown where two policies cannot be compared. What a policy throws when it fails comes through as it is. */
export class CompareError extends Error {
  override name = "CompareError";
}

/** Where the code is that compares, to be compiled for {@link compare}. */
export const CORE = new URL("./compare.core.wasm", import.meta.url);

/**
 * Compares every decision of two policies, and what their conditions mean on samples.
 *
 * Asks each of them every situation it has, and some tens of thousands of requests: seconds. Rejects with a
 * {@link CompareError} where they cannot be compared.
 *
 * - `core`: {@link CORE}, compiled.
 * - `progress`: told now and then how much was asked of both, situations and requests.
 */
export async function compare(
  core: WebAssembly.Module,
  old: ComparedPolicy,
  next: ComparedPolicy,
  progress?: (asked: number) => void,
): Promise<Findings> {
  const side = { old, new: next };
  const { compare } = await instantiate((path) => module(path, core), {
    "interlock:compare/policies": {
      decideAll: (which, situations) =>
        side[which].decideAll(situations).map(({ next_state, ...outcome }) => ({
          ...outcome,
          ...(next_state === null ? {} : { nextState: next_state }),
        })),
      observe: (which, request) => answered(() => side[which].observe(JSON.parse(request))),
      evaluate: (which, request) => answered(() => JSON.stringify(side[which].evaluate(JSON.parse(request)))),
      progress: (asked) => progress?.(Number(asked)),
    },
  });
  try {
    const found = compare(JSON.stringify(old.manifest), JSON.stringify(next.manifest));
    return { comparison: JSON.parse(found.comparison), review: JSON.parse(found.review) };
  } catch (error) {
    throw failure(error);
  }
}

async function module(path: string, core: WebAssembly.Module): Promise<WebAssembly.Module> {
  const connecting = CONNECTING[path];
  if (connecting === undefined) return core;
  return WebAssembly.compile(Uint8Array.from(atob(connecting), (character) => character.charCodeAt(0)));
}

/** What a policy says, or, in the form that the glue takes it, the caller's mistake. */
function answered<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Error && error.name === "RequestError" && "code" in error) {
      throw { tag: error.code, val: error.message } as RequestError;
    }
    throw error;
  }
}

function failure(error: unknown): unknown {
  // The glue throws an error with the sentence; anything else that stops WebAssembly is a mistake in what was compared.
  if (error instanceof Error && "payload" in error) return new CompareError(String(error.payload), { cause: error });
  if (error instanceof WebAssembly.RuntimeError) {
    const why = `what compares them stopped (${error.message}); a manifest may contradict itself`;
    return new CompareError(`the two cannot be compared: ${why}`, { cause: error });
  }
  return error;
}
