// Compares two policies. Both run here, beside what compares them; the page ends the worker when it has enough.
import { compare, CORE, type Findings } from "interlock-compare";
import { loadPolicy } from "interlock-policy";
import { say } from "../app/say.ts";

/** What the page asks: the bytes of two policies. */
export interface Question {
  old: Uint8Array<ArrayBuffer>;
  next: Uint8Array<ArrayBuffer>;
}

/** What the page hears: how much was asked of both so far, and at the end what was found or why nothing was. */
export type Answer = { asked: number } | { findings: Findings } | { failure: string };

/** Milliseconds between two tellings of how far it is. */
const TELLING = 100;

async function answer({ old, next }: Question): Promise<Findings> {
  const [core, before, after] = await Promise.all([
    WebAssembly.compileStreaming(fetch(CORE)),
    named("the old policy", loadPolicy(old, { worker: false })),
    named("the new policy", loadPolicy(next, { worker: false })),
  ]);
  let told = 0;
  return compare(core, before, after, (asked) => {
    if (performance.now() - told < TELLING) return;
    told = performance.now();
    postMessage({ asked } satisfies Answer);
  });
}

/** Which of the two it is, should it be refused. */
function named<T>(name: string, loading: Promise<T>): Promise<T> {
  return loading.catch((error: unknown) => {
    throw new Error(`${name}: ${say(error)}`);
  });
}

addEventListener("message", ({ data }: MessageEvent<Question>) => {
  answer(data).then(
    (findings) => {
      postMessage({ findings } satisfies Answer);
    },
    (error: unknown) => {
      postMessage({ failure: say(error) } satisfies Answer);
    },
  );
});
