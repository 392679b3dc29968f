import type { Answer, Question } from "../messages.js";

/** The side of a worker on which the page is heard. */
interface Scope {
  onmessage: ((event: MessageEvent<Question>) => void) | null;
  postMessage(answer: Answer): void;
}

/** Answers what the page asks, one question after the other. */
export function listen(answer: (question: Question) => Promise<Answer>): void {
  const scope = globalThis as unknown as Scope;
  scope.onmessage = async ({ data }) => scope.postMessage(await answer(data));
}
