import type { Question, Said } from "../messages.js";

/** A thread, as seen from the one that started it. */
export interface Thread {
  /** Asks; the buffers of `hand` are handed over. Throws for what cannot be passed on. */
  ask(question: Question, hand: ArrayBuffer[]): void;
  /** Ends it at once, whatever it does. */
  end(): void;
}

/**
 * Starts a thread that answers questions about a policy. Throws, or calls `fail`, where the page may not have it.
 *
 * The address stands here in full, since bundlers look for these very words.
 */
export function startThread(hear: (said: Said) => void, fail: (why: string) => void): Thread {
  const worker = new Worker(new URL("../thread.js", import.meta.url), { type: "module", name: "interlock-policy" });
  worker.onmessage = ({ data }: MessageEvent<Said>) => hear(data);
  worker.onerror = (event) => fail(event.message || "its code could not be loaded");
  worker.onmessageerror = () => fail("its answer could not be passed on");
  return {
    ask: (question, hand) => worker.postMessage(question, hand),
    end: () => worker.terminate(),
  };
}
