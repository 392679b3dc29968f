import type { Manifest, Observation, World } from "interlock-policy";
import { stateTitle } from "../policies/titles.ts";
import type { Surveyed } from "./survey.ts";

/** Which resources are listed; null: any. */
export interface Filter {
  /** Words that all stand in the id, the state's title or an attribute's value. */
  readonly text: string | null;
  /** Name of a kind. */
  readonly kind: string | null;
  /** Name of a state. */
  readonly state: string | null;
  /** Name of an action that is allowed. */
  readonly may: string | null;
}

/** A kind, and those of its resources that are listed. */
export interface Group {
  readonly kind: string;
  readonly resources: readonly Observation[];
}

/** The resources of a world by kind, in the order of the manifest and of the world, that pass a filter. */
export function filtered(manifest: Manifest, world: World, surveyed: Surveyed, filter: Filter): Group[] {
  const { kind, state, may } = filter;
  const wanted = (filter.text ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const byKind = new Map<string, Observation[]>(manifest.kinds.map(({ name }) => [name, []]));
  for (const resource of world.resources ?? []) {
    if (kind !== null && resource.kind !== kind) continue;
    if (state !== null && resource.state !== state) continue;
    if (wanted.length > 0) {
      const text = textOf(manifest, resource);
      if (!wanted.every((word) => text.includes(word))) continue;
    }
    if (may !== null && !surveyed.of(resource)?.some(({ action, verdict }) => action === may && verdict === "allow")) {
      continue;
    }
    byKind.get(resource.kind)?.push(resource);
  }
  return [...byKind].flatMap(([name, resources]) => (resources.length > 0 ? [{ kind: name, resources }] : []));
}

const texts = new WeakMap<Observation, string>();

function textOf(manifest: Manifest, resource: Observation): string {
  const known = texts.get(resource);
  if (known !== undefined) return known;
  const values = Object.values(resource.attributes ?? {}).flatMap((value) => value ?? []);
  const text = [resource.id, stateTitle(manifest, resource.kind, resource.state), ...values].join("\n").toLowerCase();
  texts.set(resource, text);
  return text;
}
