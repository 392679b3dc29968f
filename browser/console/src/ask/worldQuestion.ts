import { ABSENT, type Manifest, type Observation, type Request, requestIn, type World } from "interlock-policy";
import { chosenAttributes, type Prefix, typedOf, valuesOf, without } from "../link/attributes.ts";
import { choose, chosen, linkTo } from "../link/link.ts";
import { attributesFrom, type Given, givenOf, writeRequest } from "./draft.ts";
import { pathOf, resourceOf } from "../worlds/resources.ts";
import { fittingActions } from "./names.ts";
import { write } from "./written.ts";

/** A question about a world, as it stands in the link: `as`, `action`, `target`, `param.NAME`, `attr.NAME`. */
export interface WorldQuestion {
  /** Id of a subject of the world. Null: nobody asks. */
  readonly as: string | null;
  readonly action: string;
  readonly kind: string;
  readonly id: string;
  /** Arguments of the action. One without a value is still to be said. */
  readonly parameters: Given;
  /** Attributes of a target that the world does not have, likewise. */
  readonly set: Given;
}

/** What the link asks; where it names no target, the first question that the world offers. */
export function worldQuestion(manifest: Manifest, world: World): WorldQuestion {
  const target = chosen("target");
  if (target === null) return firstQuestion(manifest, world);
  const slash = target.indexOf("/");
  return {
    as: whoAsks(world),
    action: chosen("action") ?? "",
    kind: slash < 0 ? target : target.slice(0, slash),
    id: slash < 0 ? "" : target.slice(slash + 1),
    parameters: named("param."),
    set: named("attr."),
  };
}

/** The link to a resource in the view of its world. */
export function worldLink(world: string, resource: { kind: string; id: string }, as = chosen("as")): string {
  return linkTo("world", { ...without("param.", "attr."), world, as, target: pathOf(resource), action: null });
}

/** Puts a question into the link; as a request that is written by hand, where a value would not be read there as it is. */
export function askWorld(world: World, question: WorldQuestion): void {
  const isPlain = [...question.parameters, ...question.set].every(
    ([, values]) => values.length === 0 || isSame([valuesOf(typedOf(values))].flat(), values),
  );
  if (isPlain) choose(choicesOf(question));
  else write(writeRequest(requestAbout(world, question)));
}

/** Choices that take a question back. */
export function withoutQuestion(): Record<string, null> {
  return { ...without("param.", "attr."), as: null, action: null, target: null };
}

function choicesOf({ as, action, kind, id, parameters, set }: WorldQuestion): Record<string, string | null> {
  const entries = (prefix: Prefix, given: Given) =>
    given.map(([name, values]) => [`${prefix}${name}`, typedOf(values)]);
  return {
    ...withoutQuestion(),
    about: null,
    as,
    action: action === "" ? null : action,
    target: pathOf({ kind, id }),
    ...Object.fromEntries([...entries("param.", parameters), ...entries("attr.", set)]),
  };
}

/** The resource of a world that a question is about; undefined where it is yet to be made. */
export function targetIn(world: World, { kind, id }: WorldQuestion): Observation | undefined {
  return resourceOf(world, kind, id);
}

/** The request of a question. Throws the error of the package for a subject that the world does not have. */
export function requestAbout(world: World, question: WorldQuestion): Request {
  const { as, action, kind, id, parameters, set } = question;
  const attributes = targetIn(world, question) || set.length === 0 ? {} : { attributes: attributesFrom(set) };
  return requestIn(world, as, action, { kind, id, ...attributes }, attributesFrom(parameters));
}

function firstQuestion(manifest: Manifest, world: World): WorldQuestion {
  const { resources = [], subjects = [], mode } = world;
  const kind = chosen("kind");
  const first = resources.find((one) => one.kind === kind) ?? resources[0];
  const name = first?.kind ?? kind ?? manifest.kinds[0]?.name ?? "";
  const actions = fittingActions(manifest, mode, name, first?.state ?? ABSENT);
  return {
    as: chosen("as") || (subjects[0]?.id ?? null),
    action: actions[0]?.value ?? "",
    kind: name,
    id: first?.id ?? `${name}-1`,
    parameters: [],
    set: [],
  };
}

/** Who asks: nobody where the link says nothing, the first subject where it says that one is to be chosen. */
function whoAsks({ subjects = [] }: World): string | null {
  const as = chosen("as");
  return as === "" ? (subjects[0]?.id ?? null) : as;
}

function named(prefix: Prefix): Given {
  return givenOf(chosenAttributes(prefix)).map(([name, values]) => [name, values.filter((value) => value !== "")]);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
