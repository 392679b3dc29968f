import type { Findings } from "interlock-compare";
import type { Answer, Question } from "./worker.ts";

/** Milliseconds after which a comparison that tells nothing of its progress is ended: a policy does not answer. */
const SILENCE = 20_000;

/** A comparison that goes on, has come to an end, or failed. */
export type Comparing =
  | { readonly status: "asking"; readonly asked: number }
  | { readonly status: "done"; readonly findings: Findings }
  | { readonly status: "failed"; readonly why: string };

/** Compares two policies in a worker of its own. Gives how to end it. */
export function startComparing(question: Question, tell: (state: Comparing) => void): () => void {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    clearTimeout(timer);
    worker.terminate();
  };
  const fail = (why: string) => {
    end();
    tell({ status: "failed", why });
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      fail(`nothing was heard for ${SILENCE / 1000} seconds: one of the two policies does not answer`);
    }, SILENCE);
  };
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    if ("asked" in data) {
      wait();
      tell({ status: "asking", asked: data.asked });
    } else if ("failure" in data) {
      fail(data.failure);
    } else {
      end();
      tell({ status: "done", findings: data.findings });
    }
  };
  worker.onerror = (event) => {
    fail(event.message || "the code that compares cannot be loaded");
  };
  wait();
  worker.postMessage(question);
  return end;
}
