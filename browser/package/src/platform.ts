import type { Question, Said } from "./messages.js";
import { startThread as startWorker } from "./worker/web.js";

/** A thread, as seen from the one that started it. */
export interface Thread {
  /** Asks; the buffers of `hand` are handed over. Throws for what cannot be passed on. */
  ask(question: Question, hand: ArrayBuffer[]): void;
  /** Ends it at once, whatever it does. */
  end(): void;
}

/** Starts a thread that answers questions about a policy. Throws, or calls `fail`, where it may not be had. */
export type StartThread = (hear: (said: Said) => void, fail: (why: string) => void) => Thread;

/** How threads are started here. Default: as a browser starts them. */
export let startThread: StartThread = startWorker;

/** Says how threads are started on another platform. */
export function startThreadsBy(start: StartThread): void {
  startThread = start;
}
