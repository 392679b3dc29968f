import type { Answer, Question, Said } from "../messages.js";

/** The side of a worker on which the page is heard. */
interface Scope {
  onmessage: ((event: MessageEvent<Question>) => void) | null;
  postMessage(said: Said): void;
}

/** Answers what the page asks. */
export function listen(answer: (question: Question) => Promise<Answer>): void {
  const scope = globalThis as unknown as Scope;
  scope.onmessage = async ({ data }) => scope.postMessage(await answer(data));
  scope.postMessage("ready");
}
