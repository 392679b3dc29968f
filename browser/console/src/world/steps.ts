import { without } from "../link/attributes.ts";
import { choose, chosen } from "../link/link.ts";
import type { Ready } from "../worlds/current.ts";
import { countOf, readSteps, type Step, writeSteps } from "../worlds/steps.ts";

/** Takes a step after those that are taken; what was taken back, or refused, is forgotten. */
export function takeStep(ready: Ready, step: Step): void {
  const { all, reached, isRefused } = now(ready);
  const done = all.slice(0, isRefused ? reached - 1 : reached);
  choose({ ...without("param.", "attr."), edit: null, do: writeSteps([...done, step]), at: null });
}

/** Goes to where so many steps are taken; the others can be taken again. */
export function goTo(count: number): void {
  const all = readSteps(chosen("do")).length;
  choose({ ...without("param.", "attr."), edit: null, at: count >= all ? null : String(Math.max(0, count)) });
}

/** Takes the last step back. */
export function undo(ready: Ready): void {
  goTo(now(ready).reached - 1);
}

/** Takes the step again that was taken back last. */
export function redo(ready: Ready): void {
  goTo(now(ready).reached + 1);
}

/**
 * The steps as the link says them, of which the world that is shown may not have all yet: whoever is quick chooses again
 * before the policy has answered. A step that is known to be refused is the last one that is reached.
 */
function now({ taken }: Ready): { all: Step[]; reached: number; isRefused: boolean } {
  const all = readSteps(chosen("do"));
  const count = countOf(chosen("at"), all.length);
  const isRefused =
    taken.at(-1)?.refused !== undefined &&
    count >= taken.length &&
    writeSteps(all.slice(0, taken.length)) === writeSteps(taken.map(({ step }) => step));
  return { all, reached: isRefused ? taken.length : count, isRefused };
}
