import { without } from "../link/attributes.ts";
import { choose } from "../link/link.ts";
import type { Ready } from "../worlds/current.ts";
import { type Step, writeSteps } from "../worlds/steps.ts";

/** Takes a step after those that are taken; what was taken back, or refused, is forgotten. */
export function takeStep({ taken }: Ready, step: Step): void {
  const done = taken.filter(({ refused }) => refused === undefined).map((one) => one.step);
  choose({ ...without("param.", "attr."), edit: null, do: writeSteps([...done, step]), at: null });
}

/** Goes to where so many steps are taken; the others can be taken again. */
export function goTo({ taken, ahead }: Ready, count: number): void {
  const all = taken.length + ahead.length;
  choose({ ...without("param.", "attr."), edit: null, at: count >= all ? null : String(count) });
}
