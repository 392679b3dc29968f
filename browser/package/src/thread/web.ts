// The thread of a policy in a browser: a Worker.
import type { Question, Said } from "../messages.js";
import { answerInTurn } from "./answer.js";

/** The side of a worker on which the page is heard. */
interface Scope {
  onmessage: ((event: MessageEvent<Question>) => void) | null;
  postMessage(said: Said): void;
}

const scope = globalThis as unknown as Scope;
scope.onmessage = async ({ data }) => scope.postMessage(await answerInTurn(data));
scope.postMessage("ready");
