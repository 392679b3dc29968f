import { RequestError } from "./error.js";
import type { Action, Kind, Names } from "./names.js";
import type { Attributes, Observation, Request, Subject } from "./request.js";

/** The state of a resource that is not yet made, or gone. */
export const ABSENT = "absent";

/** A site: who is there, and what is there. The form of the files that `interlock` reads. */
export interface World<N extends Names = Names> {
  /** What the site is, for people. Default: nothing. */
  readonly title?: string;
  /** Mode of operation. */
  readonly mode: N["mode"];
  /** Who may ask. Default: nobody. */
  readonly subjects?: readonly Subject<N>[];
  /** Every resource of the site. Default: none. */
  readonly resources?: readonly Observation<N>[];
}

/**
 * A resource of a world, as `KIND/ID`, or one that is yet to be made, with the attributes that it will have; those are
 * added where the world has it.
 */
export type Target<N extends Names = Names> =
  | `${Kind<N>}/${string}`
  | {
      [K in Kind<N>]: {
        /** Kind of resource. */
        readonly kind: K;
        /** Id, unique within the kind. */
        readonly id: string;
        /** What it will have, or has besides. Default: nothing. */
        readonly attributes?: Attributes<N["kinds"][K]["attribute"]>;
      };
    }[Kind<N>];

/**
 * The request that asks `action` of a target in this world: everything else is related, coverage complete.
 *
 * Throws a {@link RequestError} for a subject that the world does not have, a target without a kind, or one that the
 * world lists twice.
 */
export function requestIn<N extends Names = Names>(
  world: World<N>,
  subject: string | null,
  action: Action<N>,
  target: Target<N>,
  parameters?: Attributes<N["parameter"]>,
): Request<N> {
  const { kind, id, attributes } = readTarget(target);
  const resources: readonly Observation[] = (world.resources ?? []) as readonly Observation[];
  const isTarget = (resource: Observation) => resource.kind === kind && resource.id === id;
  const [found = { kind, id, state: ABSENT }, another] = resources.filter(isTarget);
  if (another) throw new RequestError("invalid", `the world lists ${kind} \`${id}\` twice`);
  const request = {
    mode: world.mode,
    ...(subject === null ? {} : { subject: subjectOf(world, subject) }),
    action,
    target: attributes ? { ...found, attributes: joined(found.attributes ?? {}, attributes) } : found,
    related: resources.filter((resource) => !isTarget(resource)),
    parameters: parameters ?? {},
    coverage: "complete",
  };
  return request as unknown as Request<N>;
}

/**
 * The world with what became of a target: added, changed, or removed when the state is `absent`. What is absent and stays
 * so leaves the world as it is.
 */
export function worldAfter<N extends Names>(world: World<N>, target: Observation, state: string): World<N> {
  const resources = [...((world.resources ?? []) as readonly Observation[])];
  const place = resources.findIndex(({ kind, id }) => kind === target.kind && id === target.id);
  if (place < 0 && state === ABSENT) return world;
  if (place < 0) resources.push({ ...target, state });
  else if (state === ABSENT) resources.splice(place, 1);
  else resources[place] = { ...(resources[place] as Observation), state };
  return { ...world, resources: resources as unknown as readonly Observation<N>[] };
}

function readTarget<N extends Names>(target: Target<N>): { kind: string; id: string; attributes?: Attributes } {
  if (typeof target !== "string") return target as { kind: string; id: string; attributes?: Attributes };
  const slash = target.indexOf("/");
  if (slash < 1 || slash === target.length - 1) {
    throw new RequestError("invalid", `the target \`${target}\` is not of the form KIND/ID`);
  }
  return { kind: target.slice(0, slash), id: target.slice(slash + 1) };
}

function subjectOf<N extends Names>(world: World<N>, id: string): Subject<N> {
  const subject = world.subjects?.find((one) => one.id === id);
  if (!subject) throw new RequestError("invalid", `the world has no subject \`${id}\``);
  return subject;
}

/** Attributes with others added: a name that both have has the values of both. */
function joined(own: Attributes, added: Attributes): Attributes {
  const values = new Map<string, string | readonly string[]>();
  for (const attributes of [own, added]) {
    for (const [name, value] of Object.entries(attributes)) {
      const before = values.get(name);
      if (value !== undefined) values.set(name, before === undefined ? value : [before, value].flat());
    }
  }
  return Object.fromEntries(values);
}
