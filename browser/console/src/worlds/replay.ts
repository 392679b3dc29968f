import {
  ABSENT,
  type Attributes,
  type Decision,
  type Observation,
  requestIn,
  type ThreadedPolicy,
  type World,
  worldAfter,
} from "interlock-policy";
import { say } from "../app/say.ts";
import { resourceOf } from "./resources.ts";
import { type Step, writeSteps } from "./steps.ts";

/** A step, and what became of it. */
export interface Taken {
  readonly step: Step;
  /** State of the target before it. */
  readonly before: string;
  /** State of the target after it. */
  readonly after: string;
  /** What the policy answered; undefined where it was not asked. */
  readonly decision: Decision | undefined;
  /** Why nothing came of it; undefined where it was taken. */
  readonly refused: string | undefined;
  /** The world after it. */
  readonly world: World;
}

/**
 * Takes steps one after the other, each as the policy answers; the first one that is not allowed ends it, and is the last
 * of what is given.
 *
 * - `known`: what was given for the same policy and world before: its steps are not asked again as far as they are the same.
 */
export async function replay(
  policy: ThreadedPolicy,
  base: World,
  steps: readonly Step[],
  known: readonly Taken[],
): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const step of steps) {
    const before = known[taken.length];
    const isKnown = before !== undefined && writeSteps([before.step]) === writeSteps([step]);
    if (!isKnown) known = [];
    const now = isKnown ? before : await take(policy, taken.at(-1)?.world ?? base, step);
    taken.push(now);
    if (now.refused !== undefined) break;
  }
  return taken;
}

async function take(policy: ThreadedPolicy, world: World, step: Step): Promise<Taken> {
  const { kind, id, subject, action, attributes, parameters } = step;
  const found = resourceOf(world, kind, id);
  const before = found?.state ?? ABSENT;
  const refused = (why: string, decision?: Decision): Taken => ({
    step,
    before,
    after: before,
    decision,
    refused: why,
    world,
  });
  if (action === null) {
    if (!found) return refused(`there is no ${kind} \`${id}\` of which something could be said`);
    return { ...refused("", undefined), refused: undefined, world: saying(world, found, attributes) };
  }
  try {
    const request = requestIn(world, subject, action, { kind, id, ...(found ? {} : { attributes }) }, parameters);
    const decision = await policy.evaluate(request);
    const { next_state: after } = decision;
    if (after === null) return refused(decision.reasons.map(({ message }) => message).join("; "), decision);
    const next = worldAfter(world, request.target, after);
    return { step, before, after, decision, refused: undefined, world: next };
  } catch (error) {
    return refused(say(error));
  }
}

function saying(world: World, resource: Observation, said: Attributes): World {
  const attributes = new Map(Object.entries(resource.attributes ?? {}));
  for (const [name, value] of Object.entries(said)) {
    if (value === "") attributes.delete(name);
    else attributes.set(name, value);
  }
  const now = { ...resource, attributes: Object.fromEntries(attributes) };
  return { ...world, resources: world.resources?.map((one) => (one === resource ? now : one)) ?? [] };
}
