import type { Observation, World } from "interlock-policy";

/** A resource of a world; undefined where there is none. */
export function resourceOf(world: World, kind: string, id: string): Observation | undefined {
  return world.resources?.find((resource) => resource.kind === kind && resource.id === id);
}

/** A resource as links and lists name it: `KIND/ID`. */
export function pathOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind}/${id}`;
}
