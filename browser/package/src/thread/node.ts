// The thread of a policy in Node.
import { parentPort } from "node:worker_threads";
import type { Question, Said } from "../messages.js";
import { answerInTurn } from "./answer.js";

const say = (said: Said) => parentPort?.postMessage(said);
parentPort?.on("message", async (question: Question) => say(await answerInTurn(question)));
say("ready");
