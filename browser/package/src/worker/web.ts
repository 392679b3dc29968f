import type { Answer, Question } from "../messages.js";

/** A thread, as seen from the one that started it. */
export interface Thread {
  /** Asks; the buffers of `hand` are handed over. */
  ask(question: Question, hand: ArrayBuffer[]): void;
  /** Ends it at once, whatever it does. */
  end(): void;
}

/** Starts a thread that answers questions about a policy. */
export function startThread(hear: (answer: Answer) => void, fail: (why: string) => void): Thread {
  const worker = new Worker(new URL("../thread.js", import.meta.url), { type: "module", name: "interlock-policy" });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => hear(data);
  worker.onerror = (event) => fail(event.message || "its thread could not be started");
  worker.onmessageerror = () => fail("its answer could not be passed on");
  return {
    ask: (question, hand) => worker.postMessage(question, hand),
    end: () => worker.terminate(),
  };
}
