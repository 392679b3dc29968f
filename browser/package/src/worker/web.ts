import type { Said } from "../messages.js";
import type { Thread } from "../platform.js";

/**
 * Starts a thread that answers questions about a policy. Throws, or calls `fail`, where the page may not have it.
 *
 * The address, as seen from `dist`, stands here in full, since bundlers look for these very words.
 */
export function startThread(hear: (said: Said) => void, fail: (why: string) => void): Thread {
  const worker = new Worker(new URL("./thread.js", import.meta.url), { type: "module", name: "interlock-policy" });
  worker.onmessage = ({ data }: MessageEvent<Said>) => hear(data);
  worker.onerror = (event) => fail(event.message || "its code could not be loaded");
  worker.onmessageerror = () => fail("its answer could not be passed on");
  return {
    ask: (question, hand) => worker.postMessage(question, hand),
    end: () => worker.terminate(),
  };
}
