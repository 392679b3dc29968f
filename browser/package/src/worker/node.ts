import { Worker } from "node:worker_threads";
import type { Question, Said } from "../messages.js";
import type { Thread } from "../platform.js";

/** Most memory of a thread's own objects, besides the policy's memory, in MiB. */
const HEAP = 256;

/**
 * Starts a thread that answers questions about a policy. It does not keep the process from ending.
 *
 * The address is as seen from `dist`.
 */
export function startThread(hear: (said: Said) => void, fail: (why: string) => void): Thread {
  const worker = new Worker(new URL("./thread-node.js", import.meta.url), {
    name: "interlock-policy",
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
    // What the process was started with, such as a loader of modules, is not the thread's.
    execArgv: [],
  });
  let asked = 0;
  worker.on("message", (said: Said) => {
    if (said !== "ready") asked -= 1;
    // A thread that still owes an answer holds the process; one that waits does not.
    if (asked === 0) worker.unref();
    hear(said);
  });
  worker.on("error", (error) => fail(error instanceof Error ? error.message : String(error)));
  worker.on("messageerror", () => fail("its answer could not be passed on"));
  return {
    ask: (question: Question, hand) => {
      worker.postMessage(question, hand);
      asked += 1;
      worker.ref();
    },
    end: () => void worker.terminate(),
  };
}
