import { parentPort } from "node:worker_threads";
import type { Answer, Question, Said } from "../messages.js";

/** Answers what the starting thread asks. */
export function listen(answer: (question: Question) => Promise<Answer>): void {
  const say = (said: Said) => parentPort?.postMessage(said);
  parentPort?.on("message", async (question: Question) => say(await answer(question)));
  say("ready");
}
