import { parentPort } from "node:worker_threads";
import type { Answer, Question } from "../messages.js";

/** Answers what the starting thread asks, one question after the other. */
export function listen(answer: (question: Question) => Promise<Answer>): void {
  parentPort?.on("message", async (question: Question) => parentPort?.postMessage(await answer(question)));
}
