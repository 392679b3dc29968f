// What runs in a thread: one policy, which is loaded first and then asked.
import { PolicyError } from "../error.js";
import { type LocalPolicy, open } from "../local.js";
import { type Answer, type Loaded, type Question, toFailure } from "../messages.js";

let policy: LocalPolicy | undefined;
let before: Promise<unknown> = Promise.resolve();

/** Answers one question after the other: loading takes its time, and what is asked meanwhile waits. */
export function answerInTurn(question: Question): Promise<Answer> {
  const answered = before.then(() => respond(question));
  before = answered;
  return answered;
}

async function respond(question: Question): Promise<Answer> {
  const { id } = question;
  try {
    return { id, value: await take(question) };
  } catch (error) {
    return { id, failure: toFailure(error) };
  }
}

async function take(question: Question): Promise<unknown> {
  if ("load" in question) {
    policy = await open(question.load);
    const { digest, manifest } = policy;
    return { digest, manifest } satisfies Loaded;
  }
  if (!policy) throw new PolicyError("closed", "the policy was asked before it was loaded");
  const method = policy[question.method] as (...given: readonly unknown[]) => unknown;
  return method.apply(policy, [...question.given]);
}
