import type { Decision, InputInfo, Manifest } from "interlock-policy";
import { type Draft, valuesOf } from "./draft.ts";
import { inputsRead, isAttribute, offerFor } from "./names.ts";

/** Where something is said: of who asks, of the target, of the action's arguments, or of another resource of a kind. */
export type Place = "subject" | "target" | "parameter" | { readonly related: string };

/** Something that the action reads and that nobody said. */
export interface Sayable {
  readonly place: Place;
  /** Name of the attribute or parameter, or `id`, `roles`, `state`: fields of their own. */
  readonly name: string;
  readonly isAttribute: boolean;
  readonly input: InputInfo;
  /** Whether a condition reads it that must be known first. */
  readonly isNeeded: boolean;
}

/** What an action reads of a draft and is not given, in the manifest's order. Of other resources only what one of them lacks. */
export function sayables(manifest: Manifest, draft: Draft, decision: Decision | undefined): Sayable[] {
  const offer = offerFor(manifest, draft);
  if (!offer) return [];
  const doubtful = decision?.verdict === "depends" ? decision.reasons.map(({ code }) => code) : [];
  const needed = new Set(
    manifest.conditions.filter(({ code }) => doubtful.includes(code)).flatMap(({ reads }) => reads),
  );
  const inputs = inputsRead(manifest, offer);
  // What may be said as an argument or of the target is asked for once, as an argument.
  const isArgument = (name: string) => inputs.some(({ path }) => path === `parameter.${name}`);
  return inputs.flatMap((input) => {
    const found = placeOf(input.path);
    if (!found || (found.place === "target" && isArgument(found.name))) return [];
    if (isGiven(draft, found.place, found.name)) return [];
    return [{ ...found, input, isAttribute: isAttribute(input), isNeeded: needed.has(input.path) }];
  });
}

/** Inputs that a condition reads and that nobody said, by path. */
export function unsaidOf(manifest: Manifest, code: string, all: readonly Sayable[]): Sayable[] {
  const reads = manifest.conditions.find((condition) => condition.code === code)?.reads ?? [];
  return all.filter(({ input }) => reads.includes(input.path));
}

function placeOf(path: string): { place: Place; name: string } | undefined {
  const parts = path.split(".");
  const [first = "", second = "", third = ""] = parts;
  if (first === "related" && parts.length === 3) return { place: { related: second }, name: third };
  if ((first === "subject" || first === "target" || first === "parameter") && parts.length === 2) {
    return { place: first, name: second };
  }
  return undefined;
}

function isGiven(draft: Draft, place: Place, name: string): boolean {
  const { subject, target, parameters } = draft;
  if (place === "subject") {
    // Who does not ask has neither roles nor groups.
    if (subject === null) return name !== "id";
    if (name === "id") return subject.id !== "";
    return name === "roles" ? subject.roles.length > 0 : has(subject.attributes, name);
  }
  if (place === "target" || place === "parameter") {
    // A parameter may be said of the target as well: whichever is said, is.
    return name === "id" || name === "state" || has(target.attributes, name) || has(parameters, name);
  }
  const others = draft.related.filter(({ kind }) => kind === place.related);
  if (others.length === 0) return false;
  return name === "id" || name === "state" || others.every(({ attributes }) => has(attributes, name));
}

function has(given: Draft["parameters"], name: string): boolean {
  return (valuesOf(given, name)?.length ?? 0) > 0;
}
