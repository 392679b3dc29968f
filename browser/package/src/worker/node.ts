import { Worker } from "node:worker_threads";
import type { Answer, Question } from "../messages.js";
import type { Thread } from "./web.js";

/** Starts a thread that answers questions about a policy. It does not keep the process from ending. */
export function startThread(hear: (answer: Answer) => void, fail: (why: string) => void): Thread {
  const worker = new Worker(new URL("../thread.js", import.meta.url), { name: "interlock-policy" });
  worker.on("message", hear);
  worker.on("error", (error) => fail(error instanceof Error ? error.message : String(error)));
  worker.on("messageerror", () => fail("its answer could not be passed on"));
  let asked = 0;
  // A thread that still owes an answer holds the process; one that waits does not.
  worker.on("message", () => {
    asked -= 1;
    if (asked === 0) worker.unref();
  });
  return {
    ask: (question: Question, hand) => {
      asked += 1;
      worker.ref();
      worker.postMessage(question, hand);
    },
    end: () => void worker.terminate(),
  };
}
